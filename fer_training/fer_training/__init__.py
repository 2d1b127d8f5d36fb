"""FER+ in, a calibrated model file out: data, training, evaluation and export. No ROS in here."""

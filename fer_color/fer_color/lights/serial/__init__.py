"""LED strips on a serial port."""

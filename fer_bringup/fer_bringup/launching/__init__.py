"""What the launch files are made of: arguments, files of parameters, watched nodes. Only `stage` needs launch."""

"""The ground of all packages: emotions, distributions, errors, settings and strict YAML; `ros` alone imports rclpy."""

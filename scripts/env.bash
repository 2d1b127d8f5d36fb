# Source me: `. scripts/env.bash` gives a shell in which every `python3 -m fer_…` works, and `ros2 …` where
# ROS 2 is installed. It sets up what is missing first, and that is PyTorch (2.5 GB), too, for fer_training.
# Less comes with a level named before it: `FER_LEVEL=evaluate . scripts/env.bash` has all but training, `run` what the
# nodes need. `train` is the default; `test` adds lint, types and pytest.
fer_top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
if "${PYTHON:-python3}" "$fer_top/scripts/setup" "${FER_LEVEL:-train}"; then
  # Discovery stays on this machine unless the user says otherwise: faces are private.
  export ROS_AUTOMATIC_DISCOVERY_RANGE=${ROS_AUTOMATIC_DISCOVERY_RANGE:-LOCALHOST}
  if [ "${ROS_DISTRO:-}" = humble ]; then export ROS_LOCALHOST_ONLY=${ROS_LOCALHOST_ONLY:-1}; fi  # its name there
  if [ -z "${AMENT_PREFIX_PATH:-}" ]; then export AMENT_PREFIX_PATH="$fer_top/.venv" CMAKE_PREFIX_PATH="$fer_top/.venv"; fi
  case $- in *u*) fer_strict=u ;; *) fer_strict= ;; esac
  set +u # colcon's script reads variables that nobody has set
  . "$fer_top/.venv/bin/activate"
  . "$fer_top/install/local_setup.bash"
  if [ -n "$fer_strict" ]; then set -u; fi
  unset fer_strict
else
  unset fer_top
  return 1 2>/dev/null || exit 1
fi
unset fer_top

# The light in a container: docker compose up, or see docs/containers.md.
# On arm64 ROS 2 has no wheels: --build-arg BASE=ros:jazzy-ros-base takes a ROS 2 installation instead.
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS build
SHELL ["/bin/bash", "-euo", "pipefail", "-c"]
# Pinned by the base image's release.
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends ca-certificates g++ make python3-dev python3-venv \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /opt/fer_ambient
COPY requirements requirements
COPY scripts scripts
COPY fer_common fer_common
COPY fer_models fer_models
COPY fer_msgs fer_msgs
COPY fer_perception fer_perception
COPY fer_color fer_color
COPY fer_dashboard fer_dashboard
COPY fer_evaluation fer_evaluation
COPY fer_bringup fer_bringup
COPY docker docker
ENV FER_DATA_DIR=/opt/fer_ambient/data PIP_NO_CACHE_DIR=1
# The same set-up from the same lock as without a container; at run time nothing is fetched or built any more.
RUN docker/with_ros env FER_LEVEL=evaluate bash -c '. scripts/env.bash' \
    && .venv/bin/python -m compileall -q fer_*/fer_*

FROM ${BASE}
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends python3 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --uid 10001 --groups video,dialout --home-dir /tmp --no-create-home fer
COPY --from=build /opt/fer_ambient /opt/fer_ambient
WORKDIR /opt/fer_ambient
# What is written goes to /tmp, which may be the only place that can be written to.
ENV FER_DATA_DIR=/opt/fer_ambient/data ROS_LOG_DIR=/tmp/ros HOME=/tmp PYTHONDONTWRITEBYTECODE=1
USER 10001
# As Ctrl-C: the light is handed back.
STOPSIGNAL SIGINT
ENTRYPOINT ["docker/with_ros", "docker/run"]
CMD ["ambient"]

# Copyright 2026 The fer_ambient maintainers
# SPDX-License-Identifier: Apache-2.0

"""Many bags on Dask's local cluster: the same to the last digit as one process, also when a worker is killed."""

import json
import os
import re
import signal
import subprocess
import sys

import numpy as np
import onnx
import pytest

from fer_common.emotions import LABELS
from fer_evaluation.answers.replay import model_file, replay
from fer_evaluation.bags.bag import find_bags
from fer_evaluation.evaluate_bag import main
from fer_evaluation.make_bag import Form, write_bag
from fer_evaluation.options import parse
from fer_evaluation.session import assemble, cameras

BAGS, IMAGES = 6, 8
pytestmark = [pytest.mark.timeout(300), pytest.mark.usefixtures("blank_pictures")]  # a busy machine takes its time


@pytest.fixture(scope="module")
def bags(every_sixth, tmp_path_factory):
    """Six bags of eight images, each from another place of the clip, with labels beside them."""
    folder = tmp_path_factory.mktemp("bags")
    for number in range(BAGS):
        images = [(image, k / 4) for k, (image, _) in enumerate(every_sixth[number * 11 : number * 11 + IMAGES])]
        write_bag(folder / f"bag{number:02}", images, Form(jpeg=90))
        emotion = "sad" if number < 3 else "happy"
        (folder / f"bag{number:02}.labels.csv").write_text(f"start_s,end_s,emotion\n0,1.5,{emotion}\n")
    return folder


def replay_parts(*args, **kwargs):
    """The scheduler's. It imports Dask, and late for the same reason as below."""
    from fer_evaluation.answers import scheduler

    return scheduler.replay_parts(*args, **kwargs)


def cluster_of(workers):
    """Dask on this machine alone. Imported late: each process that collects tests would take a quarter of a second."""
    from distributed import LocalCluster

    return LocalCluster(
        n_workers=workers, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0", silence_logs=50
    )


def pids(cluster):
    """The workers' process numbers, by their addresses."""
    from distributed import Client

    with Client(cluster, set_as_default=False) as client:
        return client.run(os.getpid)


def everything(folder):
    content = json.loads((folder / "metrics.json").read_text())
    del content["timing"]
    return content, (folder / "frames.csv").read_bytes(), (folder / "faces.csv").read_bytes()


@pytest.fixture(scope="module")
def alone(bags, tmp_path_factory):
    """What one process finds, in shards of a second."""
    folder = tmp_path_factory.mktemp("alone") / "out"
    assert main([str(bags), "--labels", str(bags), "--shard", "1", "--output", str(folder)]) == 0
    return folder


def test_local_processes_find_the_same(bags, alone, tmp_path):
    given = [str(bags), "--labels", str(bags), "--shard", "1", "--output", str(tmp_path / "out")]
    assert main([*given, "--scheduler", "--workers", "2"]) == 0
    assert everything(tmp_path / "out") == everything(alone)
    content = everything(alone)[0]
    assert content["frames"] == BAGS * IMAGES
    assert len(content["series"]) == BAGS


def test_a_worker_that_is_killed_half_way_is_made_good(bags, tmp_path):
    options = parse([str(bags), "--labels", str(bags), "--shard", "1", "--output", str(tmp_path / "out")])
    paths = find_bags(options.bags)
    todo, _ = cameras(options, paths, dict.fromkeys(paths))
    parts = [part for camera in todo for part in camera.parts]
    with cluster_of(2) as cluster:
        workers = pids(cluster)
        done, killed = 0, []

        def progress(count):
            nonlocal done
            done += count
            if done >= BAGS * IMAGES / 2 and not killed:
                killed.append(next(iter(workers.values())))
                os.kill(killed[0], signal.SIGKILL)

        shared = replay_parts(parts, options.cores, address=cluster.scheduler_address, progress=progress)
        assert killed[0] not in pids(cluster).values()
    assert killed
    assert done == BAGS * IMAGES, "each image counts once"
    assert shared.keys() == {part.key for part in parts}
    one = assemble(todo, {part.key: replay(part, options.cores) for part in parts})
    for series, expected in zip(assemble(todo, shared), one):
        assert series.name == expected.name
        for table in ("frames", "faces", "light"):
            for name, values in vars(getattr(expected, table)).items():
                assert getattr(getattr(series, table), name).tobytes() == values.tobytes(), (series.name, name)


def test_two_evaluations_on_one_cluster_keep_their_own_results(bags, tmp_path):
    """Another light and another stretch of the same bag, asked for while the first evaluation's parts are there."""
    given = [str(bags / "bag00"), "--shard", "1", "--output", str(tmp_path / "out")]
    first = parse(given)
    others = [parse([*given, "--param", "color.brightness=0.25"]), parse([*given, "--start", "0.5"])]

    def parts_of(options):
        return [part for camera in cameras(options, options.bags, {options.bags[0]: None})[0] for part in camera.parts]

    with cluster_of(1) as cluster:
        address, found = cluster.scheduler_address, []

        def meanwhile(count):
            if not found:
                found.extend(replay_parts(parts_of(other), other.cores, address=address) for other in others)

        replay_parts(parts_of(first), first.cores, address=address, progress=meanwhile)
    for other, shared in zip(others, found):
        for part in parts_of(other):
            expected = replay(part, other.cores)
            assert shared[part.key].frames.t.tobytes() == expected.frames.t.tobytes()
            assert shared[part.key].frames.rgb.tobytes() == expected.frames.rgb.tobytes()


def test_a_digest_holds_all_that_a_result_hangs_on(tmp_path):
    model = tmp_path / "model.onnx"
    palette = tmp_path / "mine.yaml"
    model.write_bytes(b"one")
    colours = {label: [10 * k, 0, 0] for k, label in enumerate(LABELS)}
    palette.write_text(json.dumps(colours))
    given = ["bag", "--output", "out", "--model", str(model), "--palette", str(palette)]
    digests = [parse(given).cores.digest(), parse([*given, "--param", "perception.filter_time=0"]).cores.digest()]
    assert parse(given).cores.digest() == digests[0]
    model.write_bytes(b"another one")
    digests.append(parse(given).cores.digest())
    palette.write_text(json.dumps(colours | {"sad": [0, 0, 255]}))
    digests.append(parse(given).cores.digest())
    assert len(set(digests)) == 4


def test_weights_beside_a_model_count(tmp_path):
    """As torch's exporter writes them: model.onnx and model.onnx.data."""
    weights = np.ones(4096, np.float32)
    tensor = onnx.numpy_helper.from_array(weights, "w")
    graph = onnx.helper.make_graph(
        [onnx.helper.make_node("Identity", ["w"], ["y"])],
        "g",
        [],
        [onnx.helper.make_tensor_value_info("y", onnx.TensorProto.FLOAT, [4096])],
        [tensor],
    )
    path = tmp_path / "model.onnx"
    onnx.save(
        onnx.helper.make_model(graph), path, save_as_external_data=True, location="model.onnx.data", size_threshold=0
    )
    given = ["bag", "--output", "out", "--model", str(path)]
    before = model_file(parse(given).cores.perception)[1], parse(given).cores.digest()
    assert before == (model_file(parse(given).cores.perception)[1], parse(given).cores.digest())
    (tmp_path / "model.onnx.data").write_bytes((2 * weights).tobytes())
    after = model_file(parse(given).cores.perception)[1], parse(given).cores.digest()
    assert before[0] != after[0]
    assert before[1] != after[1]


def test_a_bag_that_is_damaged_is_named(bags, tmp_path, capsys):
    folder = tmp_path / "bags"
    folder.mkdir()
    for name in ("bag00", "bag01"):
        write_bag(
            folder / name, [(np.zeros((60, 80, 3), np.uint8), k / 10) for k in range(5)], Form(compression="storage")
        )
    file = folder / "bag01" / "bag01.mcap"
    content = bytearray(file.read_bytes())
    place = content.index(b"zstd") + 40  # inside the first chunk
    content[place : place + 20] = bytes(20)
    file.write_bytes(content)
    assert main([str(folder), "--scheduler", "--workers", "1", "--output", str(tmp_path / "out")]) == 2
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("evaluate_bag:")]
    assert len(lines) == 1
    assert "bag01' is damaged" in lines[0]
    assert not (tmp_path / "out").exists()


def test_ctrl_c_is_one_line_from_the_workers_too(long_bag, tmp_path):
    """A terminal sends it to every process. The bar's last state and its erasure stand before the line."""
    # Over before the first count is shown, there would be nothing to stop.
    given = [str(long_bag), "--scheduler", "--workers", "2", "--shard", "1", "--output", str(tmp_path / "out")]
    started = subprocess.Popen(
        [sys.executable, "-m", "fer_evaluation.evaluate_bag", *given], stderr=subprocess.PIPE, start_new_session=True
    )
    said = b""
    while not re.search(rb"\b[1-9]\d*/\d+ ", said):  # a part is done, so the workers work
        more = started.stderr.read1()
        assert more, said.decode()
        said += more
    os.killpg(started.pid, signal.SIGINT)
    _, rest = started.communicate()
    assert started.returncode == 130
    lines = [line for line in re.split(r"[\r\n]", (said + rest).decode()) if line.strip() and "image" not in line]
    assert lines == ["evaluate_bag: stopped; nothing was written"]
    assert not (tmp_path / "out").exists()


def test_a_cluster_that_is_not_there(bags, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("fer_evaluation.answers.scheduler.CONNECT_S", 1)
    given = [str(bags), "--output", str(tmp_path / "out"), "--scheduler", "tcp://127.0.0.1:9"]
    assert main(given) == 2
    assert "no Dask scheduler answers at 'tcp://127.0.0.1:9'" in capsys.readouterr().err


def test_a_cluster_without_a_worker_is_said(bags, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr("fer_evaluation.answers.scheduler.WORKERS_S", 1)
    with cluster_of(0) as cluster:
        given = [str(bags), "--output", str(tmp_path / "out"), "--scheduler", cluster.scheduler_address]
        assert main(given) == 2
    assert "has no worker; start one with 'dask worker tcp://127.0.0.1:" in capsys.readouterr().err


def test_a_worker_that_lacks_our_packages_is_said(bags, tmp_path, capsys):
    """One that was started outside our environment: with Dask, and nothing of ours."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    with cluster_of(0) as cluster:
        address = cluster.scheduler_address
        command = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-nanny", "--no-dashboard"]
        worker = subprocess.Popen(
            [*command, "--local-directory", str(tmp_path)], env=environment, cwd=tmp_path, stderr=subprocess.DEVNULL
        )
        try:
            given = [str(bags), "--output", str(tmp_path / "out"), "--scheduler", address]
            assert main(given) == 2
        finally:
            worker.kill()
            worker.wait()
    assert "lacks fer_evaluation, fer_perception" in capsys.readouterr().err


def test_files_go_by_their_whole_paths(tmp_path, monkeypatch):
    from fer_evaluation.answers.scheduler import _at_home_everywhere

    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.onnx").write_bytes(b"one")
    (tmp_path / "mine.yaml").write_text("x")
    given = ["bag", "--output", "out", "--model", "model.onnx", "--palette", "mine.yaml"]
    cores = _at_home_everywhere(parse(given).cores)
    assert (cores.perception.model, cores.color.palette) == (str(tmp_path / "model.onnx"), str(tmp_path / "mine.yaml"))
    assert _at_home_everywhere(parse(given[:3]).cores) == parse(given[:3]).cores

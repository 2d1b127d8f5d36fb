#!/usr/bin/env bash
# rosbags writes SQLite bags by the address 'file:PATH', of which SQLite takes '#' and '?' for the end of the name and '%41' for a
# letter. So a bag called 'run#1' gets a folder with metadata.yaml alone; its messages go, without a word, into a database 'run' beside
# it, and the writer's own reader then misses its file. MCAP bags of that name are whole.
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q --disable-pip-version-check rosbags==0.11.9 2> /dev/null
cd "$work"
cat > write.py << 'PYTHON'
from pathlib import Path

from rosbags.rosbag2 import Reader, ReaderError, StoragePlugin, Writer
from rosbags.typesys import Stores, get_typestore

store, kind = get_typestore(Stores.ROS2_HUMBLE), "std_msgs/msg/String"
for storage in StoragePlugin:
    for name in ("walk", "run#1"):
        folder = Path(storage.name.lower(), name)
        folder.parent.mkdir(exist_ok=True)
        with Writer(folder, version=9, storage_plugin=storage) as writer:
            connection = writer.add_connection("/said", kind, typestore=store)
            writer.write(connection, 1, store.serialize_cdr(store.types[kind]("hello"), kind))
        try:
            with Reader(folder) as reader:
                found = f"{reader.message_count} message is read"
        except ReaderError as error:
            found = str(error).replace(str(folder.absolute().parent), "")
        print(storage.name, name, sorted(file.name for file in folder.iterdir()), found)
    for left in Path(storage.name.lower()).iterdir():
        if left.is_file():
            print("beside it:", left, left.read_bytes()[:15])
PYTHON
"$work/venv/bin/pip" list 2> /dev/null | grep -iE '^rosbags '
"$work/venv/bin/python" -c 'import sqlite3; print("SQLite", sqlite3.sqlite_version)'
"$work/venv/bin/python" write.py | tee said
grep -q "SQLITE3 run#1 \['metadata.yaml'\] Some database files are missing" said
grep -q "^beside it: sqlite3/run b'SQLite format 3'" said
grep -q 'MCAP run#1 .* 1 message is read' said

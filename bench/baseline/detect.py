"""Detects objects in JPEG files as a Python program usually does: OpenCV decodes and scales, onnxruntime infers with one thread, OpenCV suppresses.

Prints the CPU milliseconds per picture and the objects of each file as JSON.
"""

import argparse
import json
import time
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

SIZE = 300
MIN_SCORE = 0.4
MAX_OVERLAP = 0.45
SECONDS = 3


def decode(jpeg: bytes) -> np.ndarray:
    picture = cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_COLOR)
    small = cv2.resize(picture, (SIZE, SIZE), interpolation=cv2.INTER_AREA)
    rgb = cv2.cvtColor(small, cv2.COLOR_BGR2RGB)
    return (rgb.astype(np.float32) - 127.5) / 127.5


def read(boxes: np.ndarray, scores: np.ndarray) -> list[dict]:
    """Boxes are top, left, bottom, right."""
    rows, classes = np.nonzero(scores >= MIN_SCORE)
    if len(rows) == 0:
        return []
    top, left, bottom, right = np.clip(boxes[rows], 0, 1).T
    places = np.stack([left, top, right - left, bottom - top], axis=1)
    values = scores[rows, classes]
    kept = cv2.dnn.NMSBoxesBatched(places, values, classes.astype(np.int32), MIN_SCORE, MAX_OVERLAP)
    return [
        {"classIndex": int(classes[i]), "confidence": float(values[i]), "box": places[i].tolist()}
        for i in kept
    ]


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--network", required=True)
    arguments.add_argument("--batch", type=int, required=True)
    arguments.add_argument("folder", type=Path)
    options = arguments.parse_args()
    cv2.setNumThreads(1)
    settings = onnxruntime.SessionOptions()
    settings.intra_op_num_threads = 1
    settings.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(options.network, settings, ["CPUExecutionProvider"])
    files = sorted(options.folder.glob("*.jpg"))
    pictures = [file.read_bytes() for file in files]

    def detect(some: list[bytes]) -> list[list[dict]]:
        pixels = np.stack([decode(jpeg) for jpeg in some]).transpose(0, 3, 1, 2)
        boxes, scores = session.run(["boxes", "scores"], {"input": np.ascontiguousarray(pixels)})
        return [read(boxes[i], scores[i]) for i in range(len(some))]

    batches = [pictures[i : i + options.batch] for i in range(0, len(pictures), options.batch)]
    objects = [found for batch in batches for found in detect(batch)]
    began, cpu, done = time.perf_counter(), time.process_time(), 0
    while time.perf_counter() - began < SECONDS:
        batch = batches[(done // options.batch) % len(batches)]
        detect(batch)
        done += options.batch
    # The last batch of a folder may be smaller: callers give a multiple.
    milliseconds = (time.process_time() - cpu) * 1000 / done
    named = {file.name: found for file, found in zip(files, objects)}
    print(json.dumps({"cpuMilliseconds": milliseconds, "objects": named}))


if __name__ == "__main__":
    main()

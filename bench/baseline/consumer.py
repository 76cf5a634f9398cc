"""Classifies the frames of a topic in batches and stores one document for each, in several threads: the consumer of the
tutorial program that mvs replaces.

Its faults are fixed (it ends, a partial batch is not lost, frame numbers come from a header); its design is unchanged.
It reads frames of the producer beside this file and of mvs.
"""

import argparse
import json
import os
import threading
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import cv2
import numpy as np
import pymongo
import tensorflow as tf
from confluent_kafka import Consumer
from tensorflow.keras.applications.resnet50 import ResNet50, preprocess_input


class Progress:
    """The progress of all threads, with start and end."""

    def __init__(self, wanted: int) -> None:
        self.wanted = wanted
        self.frames = 0
        self.first = 0.0
        self.last = 0.0
        self.lock = threading.Lock()

    def begin(self) -> None:
        with self.lock:
            self.first = self.first or time.monotonic()

    def stored(self, frames: int) -> None:
        with self.lock:
            self.frames += frames
            self.last = time.monotonic()

    @property
    def over(self) -> bool:
        return self.frames >= self.wanted


def consume(options: argparse.Namespace, model: tf.keras.Model, labels: list[str], progress: Progress) -> None:
    consumer = Consumer(
        {
            "bootstrap.servers": options.brokers,
            "group.id": options.group,
            "enable.auto.commit": False,
            "auto.offset.reset": "earliest",
            "fetch.message.max.bytes": 8_000_000,
            "log_level": 3,
        }
    )
    consumer.subscribe([options.topic])
    database = pymongo.MongoClient(options.store).get_default_database()
    images: list[np.ndarray] = []
    origins: list[tuple[str, int]] = []
    try:
        while not progress.over:
            message = consumer.poll(0.5)
            if message is not None and message.error() is None:
                progress.begin()
                headers = dict(message.headers())
                if headers.get("message_type") == b"end-of-video":
                    continue
                image = cv2.imdecode(np.frombuffer(message.value(), np.uint8), cv2.IMREAD_COLOR)
                images.append(cv2.resize(image, (224, 224)))
                origins.append((headers["video_name"].decode(), int(headers["frame"])))
            if len(images) == options.batch or (message is None and images):
                store(database, labels, origins, model.predict(preprocess_input(np.asarray(images)), verbose=0))
                consumer.commit(asynchronous=False)
                progress.stored(len(images))
                images, origins = [], []
    finally:
        consumer.close()


def store(database, labels: list[str], origins: list[tuple[str, int]], predictions: np.ndarray) -> None:
    by_video: dict[str, list[dict]] = {}
    for (video, frame), scores in zip(origins, predictions):
        best = int(scores.argmax())
        document = {"frame": frame, "label": labels[best], "confidence": float(scores[best])}
        by_video.setdefault(video, []).append(document)
    for video, documents in by_video.items():
        database[video].create_index("frame", unique=True)
        try:
            database[video].insert_many(documents, ordered=False)
        except pymongo.errors.BulkWriteError as error:
            if any(failure["code"] != 11000 for failure in error.details["writeErrors"]):
                raise


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--brokers", required=True)
    arguments.add_argument("--store", required=True)
    arguments.add_argument("--topic", required=True)
    arguments.add_argument("--group", required=True)
    arguments.add_argument("--labels", required=True, help="JSON list of 1000 names")
    arguments.add_argument("--frames", type=int, required=True, help="end when this many are stored")
    arguments.add_argument("--threads", type=int, default=3)
    arguments.add_argument("--batch", type=int, default=32)
    options = arguments.parse_args()
    with open(options.labels, encoding="utf-8") as file:
        labels = json.load(file)
    # The published weights cannot be downloaded everywhere; they are no faster than random ones.
    model = ResNet50(weights=None)
    model.predict(np.zeros((options.batch, 224, 224, 3), np.float32), verbose=0)
    progress = Progress(options.frames)
    threads = [
        threading.Thread(target=consume, args=(options, model, labels, progress)) for _ in range(options.threads)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    print(json.dumps({"frames": progress.frames, "seconds": progress.last - progress.first}))


if __name__ == "__main__":
    main()

"""Publishes every Nth frame of videos as JPEG, one thread per video: the producer of the tutorial program that mvs replaces.

Its faults are fixed (it ends, it does not sleep between frames, frame numbers are exact); its design is unchanged.
"""

import argparse
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
from confluent_kafka import Producer


def publish(producer: Producer, topic: str, path: str, every: int) -> int:
    """Publishes one video and returns the number of frames."""
    video = cv2.VideoCapture(path)
    name = Path(path).stem
    published = 0
    frame_no = 0
    while True:
        read, frame = video.read()
        if not read:
            break
        frame_no += 1
        if frame_no % every:
            continue
        encoded = cv2.imencode(".jpg", frame)[1].tobytes()
        headers = {"video_name": name.encode(), "frame": str(frame_no).encode()}
        while True:
            try:
                producer.produce(topic, value=encoded, headers=headers)
                break
            except BufferError:
                producer.poll(0.1)
        producer.poll(0)
        published += 1
    video.release()
    return published


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--brokers", required=True)
    arguments.add_argument("--topic", required=True)
    arguments.add_argument("--every", type=int, default=3)
    arguments.add_argument("videos", nargs="+")
    options = arguments.parse_args()
    producer = Producer(
        {
            "bootstrap.servers": options.brokers,
            "enable.idempotence": True,
            "message.max.bytes": 8_000_000,
            "log_level": 3,
        }
    )
    started = time.monotonic()
    with ThreadPoolExecutor() as threads:
        counts = threads.map(lambda path: publish(producer, options.topic, path, options.every), options.videos)
        frames = sum(counts)
    producer.flush()
    print(json.dumps({"frames": frames, "seconds": time.monotonic() - started}))


if __name__ == "__main__":
    main()

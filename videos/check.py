"""Decodes every third frame of the clips, as `mvs produce --every 3` does, and checks frame counts and top-1 labels
against expected.json, with both ONNX files.

    python videos/check.py       in an environment with videos/requirements.txt, after `npm ci`
"""

import json
import subprocess
import sys
from collections import Counter

import numpy as np
import onnxruntime
from make import CLIPS, VIDEOS, installed_ffmpeg
from PIL import Image

MODELS = VIDEOS.parent / "models"
sys.path.insert(0, str(MODELS / "efficientnet-lite0"))

from convert.preprocess import centre_crop, to_input  # noqa: E402

EVERY = 3


def decode(clip, ffmpeg):
    """All frames of the clip as RGB pictures."""
    source = ["-i", str(VIDEOS / f"{clip.name}.webm")]
    raw = ["-vsync", "0", "-f", "rawvideo", "-pix_fmt", "rgb24", "pipe:1"]
    command = [ffmpeg, "-v", "error", "-nostdin", *source, *raw]
    pixels = subprocess.run(command, check=True, capture_output=True).stdout
    width, height = clip.size
    return [Image.fromarray(frame) for frame in np.frombuffer(pixels, "u1").reshape(-1, height, width, 3)]


def top_labels(model, frames, labels):
    """Top-1 label and probability of each frame."""
    session = onnxruntime.InferenceSession(model, providers=["CPUExecutionProvider"])
    (probabilities,) = session.run(None, {"input": to_input([centre_crop(frame) for frame in frames])})
    return [(labels[row.argmax()], row.max()) for row in probabilities]


def main():
    labels = json.loads((MODELS / "efficientnet-lite0/labels.json").read_text())
    expected = json.loads((VIDEOS / "expected.json").read_text())
    failures = 0
    for clip in CLIPS:
        frames = decode(clip, installed_ffmpeg())
        failures += len(frames) != expected[clip.name]["frames"]
        print(f"{clip.name}: {len(frames)} frames")
        for name in ("efficientnet-lite0", "efficientnet-lite0-int8"):
            seen = top_labels(MODELS / name / f"{name}.onnx", frames[EVERY - 1 :: EVERY], labels)
            failures += sum(label not in expected[clip.name]["labels"] for label, _ in seen)
            least = min(probability for _, probability in seen)
            print(f"  {name}: {dict(Counter(label for label, _ in seen))}, least probability {least:.2f}")
    sys.exit(f"{failures} differences from expected.json" if failures else 0)


if __name__ == "__main__":
    main()

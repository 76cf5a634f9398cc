"""Makes the sample clips: a slow pan and zoom over scikit-image's pictures, encoded with the project's own ffmpeg.

    python videos/make.py        in an environment with videos/requirements.txt, after `npm ci`
"""

import subprocess
from dataclasses import dataclass
from importlib.metadata import distribution
from pathlib import Path

import numpy as np
from PIL import Image

VIDEOS = Path(__file__).resolve().parent


@dataclass(frozen=True)
class View:
    """A part of the picture: its centre and height, as fractions of the picture's width and height."""

    x: float
    y: float
    height: float


@dataclass(frozen=True)
class Clip:
    """`frames` frames of `size` pixels, on the way from one view of the picture to the other."""

    name: str
    picture: str
    codec: str
    size: tuple[int, int]
    fps: int
    frames: int
    start: View
    end: View


CLIPS = [
    Clip("cat", "chelsea.png", "libvpx-vp9", (420, 280), 30, 100, View(0.50, 0.50, 1.00), View(0.48, 0.47, 0.80)),
    Clip("espresso", "coffee.png", "libvpx-vp9", (480, 320), 25, 88, View(0.50, 0.50, 0.98), View(0.46, 0.50, 0.75)),
    Clip("rocket", "rocket.jpg", "libvpx", (400, 266), 24, 71, View(0.50, 0.50, 0.50), View(0.52, 0.46, 0.38)),
    Clip("tripod", "camera.png", "libvpx-vp9", (320, 320), 25, 79, View(0.50, 0.50, 1.00), View(0.56, 0.46, 0.85)),
]

ENCODER = {
    "libvpx": ["-b:v", "400k", "-quality", "good", "-cpu-used", "1"],
    "libvpx-vp9": ["-b:v", "0", "-crf", "36", "-quality", "good", "-cpu-used", "1", "-row-mt", "0"],
}


def render(clip):
    """The frames of a clip, as RGB pictures."""
    picture = Image.open(distribution("scikit-image").locate_file(f"skimage/data/{clip.picture}")).convert("RGB")
    for progress in np.linspace(0, 1, clip.frames):
        eased = progress * progress * (3 - 2 * progress)
        view = View(*(np.array(_values(clip.start)) * (1 - eased) + np.array(_values(clip.end)) * eased))
        box = _box(view, picture, clip.size)
        yield picture.transform(clip.size, Image.Transform.EXTENT, box, Image.Resampling.BICUBIC)


def _values(view):
    return view.x, view.y, view.height


def _box(view, picture, size):
    """Left, top, right and bottom of a view in the picture's pixels, moved inside where it reaches over the edge."""
    height = min(view.height * picture.height, picture.width * size[1] / size[0])
    width = height * size[0] / size[1]
    left = np.clip(view.x * picture.width - width / 2, 0, picture.width - width)
    top = np.clip(view.y * picture.height - height / 2, 0, picture.height - height)
    return left, top, left + width, top + height


def encode(clip, ffmpeg):
    """Writes the clip as WebM, the same bytes each time."""
    size = f"{clip.size[0]}x{clip.size[1]}"
    source = ["-f", "rawvideo", "-pix_fmt", "rgb24", "-s", size, "-r", str(clip.fps), "-i", "pipe:0"]
    target = ["-c:v", clip.codec, *ENCODER[clip.codec], "-threads", "1", "-pix_fmt", "yuv420p"]
    output = VIDEOS / f"{clip.name}.webm"
    command = [ffmpeg, "-v", "error", "-y", *source, *target, "-fflags", "+bitexact", "-flags", "+bitexact", output]
    pixels = b"".join(frame.tobytes() for frame in render(clip))
    subprocess.run(command, input=pixels, check=True)
    print(f"{output.name}: {clip.frames} frames, {output.stat().st_size:,} bytes")


def installed_ffmpeg():
    """The ffmpeg that npm installed for this platform."""
    script = "process.stdout.write(require('@ffmpeg-installer/ffmpeg').path)"
    return subprocess.run(["node", "-e", script], cwd=VIDEOS, check=True, capture_output=True, text=True).stdout


if __name__ == "__main__":
    for each in CLIPS:
        encode(each, installed_ffmpeg())

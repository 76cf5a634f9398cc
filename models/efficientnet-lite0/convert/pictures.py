"""The pictures that int8 is calibrated on and those that everything is measured on: two lists with none in common.

All come inside packages on PyPI (requirements.txt and requirements-pictures.txt). None is copied into the artifacts.
"""

from importlib.metadata import distribution

import numpy as np
from PIL import Image, ImageEnhance

from .network import INPUT_SIZE

_SOURCES = {
    "gradio": "gradio",
    "imgaug": "imgaug",
    "matplotlib": "matplotlib/mpl-data/sample_data",
    "scikit-image": "skimage/data",
    "scikit-learn": "sklearn/datasets/images",
}

CALIBRATION = {
    "gradio": [
        "media_assets/images/cheetah.jpg",
        "media_assets/images/cheetah1.jpg",
        "media_assets/images/groot.jpeg",
        "media_assets/images/lion.jpg",
        "media_assets/images/tower.jpg",
        "test_data/cheetah2.jpg",
    ],
    "imgaug": ["quokka.jpg"],
    "scikit-image": [
        "brick.png",
        "cell.png",
        "color.png",
        "grass.png",
        "gravel.png",
        "horse.png",
        "ihc.png",
        "page.png",
        "retina.jpg",
    ],
    "scikit-learn": ["flower.jpg"],
}

EVALUATION = {
    "matplotlib": ["grace_hopper.jpg"],
    "scikit-image": [
        "astronaut.png",
        "camera.png",
        "chelsea.png",
        "clock_motion.png",
        "coffee.png",
        "coins.png",
        "hubble_deep_field.jpg",
        "moon.png",
        "motorcycle_left.png",
        "rocket.jpg",
    ],
    "scikit-learn": ["china.jpg"],
}


def load(selection):
    """The RGB pictures of CALIBRATION or EVALUATION, in their own sizes."""
    paths = [
        distribution(package).locate_file(f"{_SOURCES[package]}/{name}")
        for package, names in selection.items()
        for name in names
    ]
    return [Image.open(path).convert("RGB") for path in paths]


def varied_crops(pictures, crops_each, seed):
    """Random squares of the pictures (30–100 % of the shorter side), 224×224, some mirrored, lighter, darker, flatter."""
    random = np.random.default_rng(seed)
    return [_varied_crop(picture, random) for picture in pictures for _ in range(crops_each)]


def _varied_crop(picture, random):
    side = int(min(picture.size) * random.uniform(0.3, 1))
    left, top = random.integers(picture.width - side + 1), random.integers(picture.height - side + 1)
    crop = picture.crop((left, top, left + side, top + side))
    crop = crop.resize((INPUT_SIZE, INPUT_SIZE), Image.Resampling.BICUBIC)
    if random.random() < 0.5:
        crop = crop.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    for enhancer in (ImageEnhance.Brightness, ImageEnhance.Contrast, ImageEnhance.Color):
        crop = enhancer(crop).enhance(random.uniform(0.7, 1.3))
    return crop

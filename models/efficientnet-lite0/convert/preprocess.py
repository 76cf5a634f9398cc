"""Pictures to network input, as EfficientNet-Lite0 was published: centre crop, bicubic resize, (x − 127) / 128."""

import numpy as np
from PIL import Image

from .network import INPUT_SIZE

CROP_FRACTION = 0.875
MEAN = 127
STD = 128


def centre_crop(picture):
    """The middle square, CROP_FRACTION of the shorter side, of an RGB picture, resized to the network's 224×224."""
    side = round(min(picture.size) * CROP_FRACTION)
    left, top = (picture.width - side) // 2, (picture.height - side) // 2
    return picture.crop((left, top, left + side, top + side)).resize((INPUT_SIZE, INPUT_SIZE), Image.Resampling.BICUBIC)


def to_input(pictures):
    """RGB pictures of 224×224 to float32 [N, 3, 224, 224]."""
    pixels = np.stack([np.asarray(picture.convert("RGB"), "f4") for picture in pictures])
    return ((pixels - MEAN) / STD).transpose(0, 3, 1, 2).copy()

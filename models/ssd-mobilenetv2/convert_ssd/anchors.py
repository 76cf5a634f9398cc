"""The anchors of the network: the boxes that its outputs shift and scale."""

import numpy as np

# From mediapipe/modules/objectron/object_detection_oid_v4_cpu.pbtxt: SsdAnchorsCalculator.
STRIDES = [16, 32, 64, 128, 256, 512]
SMALLEST, LARGEST = 0.2, 0.95
RATIOS = [1.0, 2.0, 0.5, 3.0, 0.3333]
# TfLiteTensorsToDetectionsCalculator: y, x, height, width.
CENTRE_SCALE, SIZE_SCALE = 10.0, 5.0


def anchors(size):
    """Rows of centre y, centre x, height and width, as fractions of the picture; float32 [1917, 4]."""
    scales = np.linspace(SMALLEST, LARGEST, len(STRIDES))
    rows = []
    for layer, stride in enumerate(STRIDES):
        cells = -(-size // stride)
        boxes = _boxes_of(layer, scales)
        for y in range(cells):
            for x in range(cells):
                rows += [((y + 0.5) / cells, (x + 0.5) / cells, height, width) for height, width in boxes]
    return np.array(rows, "f4")


def _boxes_of(layer, scales):
    if layer == 0:  # reduce_boxes_in_lowest_layer
        sized = [(1.0, 0.1), (2.0, scales[0]), (0.5, scales[0])]
    else:
        following = scales[layer + 1] if layer + 1 < len(scales) else 1.0
        sized = [(ratio, scales[layer]) for ratio in RATIOS] + [(1.0, np.sqrt(scales[layer] * following))]
    return [(scale / np.sqrt(ratio), scale * np.sqrt(ratio)) for ratio, scale in sized]

"""What EfficientNet-Lite0 is made of, with its published weights, in no particular file format.

Architecture: EfficientNet-B0 without squeeze-and-excitation and with ReLU6 for swish
(https://github.com/tensorflow/tpu/tree/master/models/official/efficientnet/lite). 224×224 RGB in, 1,000 classes out.
"""

from dataclasses import dataclass

import numpy as np

INPUT_SIZE = 224
CLASSES = 1000
BATCH_NORM_EPSILON = 1e-3

# Tensors with fewer elements stay float32 in files that store float16: the biases and the early layers, 48 kB in all.
# Rounding those costs most of the accuracy: the largest softmax difference is 5.5e-3 with it and 1.6e-3 without.
SMALLEST_HALF = 4096

# Seven stages of blocks: (blocks, stride of the first one, expansion). The rest follows from the shapes of the weights.
STAGES = [(1, 1, 1), (2, 2, 6), (2, 2, 6), (3, 2, 6), (3, 1, 6), (4, 2, 6), (1, 1, 6)]


@dataclass(frozen=True)
class BatchNorm:
    """y = (x − mean) / √(variance + ε) · scale + shift, each float32 [channels]."""

    scale: np.ndarray
    shift: np.ndarray
    mean: np.ndarray
    variance: np.ndarray


@dataclass(frozen=True)
class Convolution:
    """A convolution without bias (TensorFlow's "same" padding), its batch norm and, where it has one, ReLU6."""

    name: str
    weight: np.ndarray  # float32 [out, in / groups, kernel, kernel]
    batch_norm: BatchNorm
    stride: int
    depthwise: bool
    relu6: bool

    @property
    def kernel(self):
        return self.weight.shape[2]

    def folded(self):
        """Weight and bias, float32, that do convolution and batch norm in one; computed in float64."""
        norm = self.batch_norm
        factor = norm.scale.astype("f8") / np.sqrt(norm.variance.astype("f8") + BATCH_NORM_EPSILON)
        weight = self.weight * factor[:, None, None, None]
        bias = norm.shift - norm.mean * factor
        return weight.astype("f4"), bias.astype("f4")


@dataclass(frozen=True)
class Block:
    """An inverted residual: expand (but for the first block), depthwise, project; `residual` adds its input."""

    name: str
    convolutions: list[Convolution]
    residual: bool


@dataclass(frozen=True)
class Network:
    """Stem, blocks, head, mean over the picture, then the classifier: logits = features · weightᵀ + bias."""

    stem: Convolution
    blocks: list[Block]
    head: Convolution
    classifier_weight: np.ndarray  # float32 [1000, 1280]
    classifier_bias: np.ndarray  # float32 [1000]


def build_network(tensors):
    """The network, from the tensors of the checkpoint."""

    def convolution(name, conv, norm, stride=1, depthwise=False, relu6=True):
        batch_norm = BatchNorm(
            scale=tensors[norm + ".weight"],
            shift=tensors[norm + ".bias"],
            mean=tensors[norm + ".running_mean"],
            variance=tensors[norm + ".running_var"],
        )
        return Convolution(name, tensors[conv + ".weight"], batch_norm, stride, depthwise, relu6)

    def block(index, stride, expansion, residual):
        name, source = f"block{index}", f"_blocks.{index}."
        expand = [convolution(f"{name}_expand", source + "_expand_conv", source + "_bn0")] if expansion > 1 else []
        spread = convolution(f"{name}_depthwise", source + "_depthwise_conv", source + "_bn1", stride, depthwise=True)
        project = convolution(f"{name}_project", source + "_project_conv", source + "_bn2", relu6=False)
        return Block(name, [*expand, spread, project], residual)

    blocks = []
    for count, first_stride, expansion in STAGES:
        for position in range(count):
            stride = first_stride if position == 0 else 1
            blocks.append(block(len(blocks), stride, expansion, residual=position > 0))
    return Network(
        stem=convolution("stem", "_conv_stem", "_bn0", stride=2),
        blocks=blocks,
        head=convolution("head", "_conv_head", "_bn1"),
        classifier_weight=tensors["_fc.weight"],
        classifier_bias=tensors["_fc.bias"],
    )


def stored_as_half(values):
    """Whether files that store float16 do so for this tensor."""
    return values.size >= SMALLEST_HALF

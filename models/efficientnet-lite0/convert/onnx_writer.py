"""The network as an ONNX model: `input` float32 [N, 3, 224, 224] → `probs` float32 [N, 1000].

Three forms of one graph:
- `original_model`: convolution and batch norm apart, float32, as published: what the others are measured against;
- `folded_model`: batch norm folded into the convolutions, float32: what quantisation starts from;
- `half_stored`: any of them with its larger weights stored as float16 and cast back to float32. onnxruntime folds these
  casts when it loads the model, so that it computes in float32 at the same speed.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from .network import BATCH_NORM_EPSILON, CLASSES, INPUT_SIZE, stored_as_half

OPSET = 17
IR_VERSION = 8


def original_model(network):
    return _GraphBuilder(folded=False).build(network)


def folded_model(network):
    return _GraphBuilder(folded=True).build(network)


def half_stored(model):
    """A copy of the model in which each larger float32 weight is stored as float16 with a Cast."""
    stored = onnx.ModelProto()
    stored.CopyFrom(model)
    casts = []
    for tensor in stored.graph.initializer:
        values = numpy_helper.to_array(tensor)
        if tensor.data_type != TensorProto.FLOAT or not stored_as_half(values):
            continue
        name, half_name = tensor.name, tensor.name + "_fp16"
        casts.append(helper.make_node("Cast", [half_name], [name], name=name + "_cast", to=TensorProto.FLOAT))
        tensor.CopyFrom(numpy_helper.from_array(values.astype("f2"), half_name))
    nodes = [*casts, *stored.graph.node]
    del stored.graph.node[:]
    stored.graph.node.extend(nodes)
    onnx.checker.check_model(stored, full_check=True)
    return stored


def same_padding(size, kernel, stride):
    """TensorFlow's "same" padding in ONNX's order (top, left, bottom, right), and the size that comes out."""
    size_out = -(-size // stride)
    total = max((size_out - 1) * stride + kernel - size, 0)
    before = total // 2
    return [before, before, total - before, total - before], size_out


class _GraphBuilder:
    """Collects nodes and weights; each method takes the name of its input and returns the name of its output."""

    def __init__(self, folded):
        self.folded = folded
        self.nodes = []
        self.initializers = []
        self.size = INPUT_SIZE

    def build(self, network):
        self.weight("zero", np.float32(0))
        self.weight("six", np.float32(6))
        output = self.convolution("input", network.stem)
        for block in network.blocks:
            output = self.block(output, block)
        output = self.convolution(output, network.head)
        output = self.node("GlobalAveragePool", "mean", [output])
        output = self.node("Flatten", "features", [output])
        weight = self.weight("classifier_weight", network.classifier_weight)
        bias = self.weight("classifier_bias", network.classifier_bias)
        output = self.node("Gemm", "logits", [output, weight, bias], transB=1)
        self.node("Softmax", "probs", [output], axis=1)
        return self.model()

    def block(self, block_input, block):
        output = block_input
        for convolution in block.convolutions:
            output = self.convolution(output, convolution)
        return self.node("Add", block.name + "_sum", [output, block_input]) if block.residual else output

    def convolution(self, source, layer):
        pads, self.size = same_padding(self.size, layer.kernel, layer.stride)
        shape = {
            "kernel_shape": [layer.kernel] * 2,
            "strides": [layer.stride] * 2,
            "pads": pads,
            "group": layer.weight.shape[0] if layer.depthwise else 1,
        }
        if self.folded:
            weight, bias = layer.folded()
            inputs = [source, self.weight(layer.name + "_weight", weight), self.weight(layer.name + "_bias", bias)]
            output = self.node("Conv", layer.name, inputs, **shape)
        else:
            weight = self.weight(layer.name + "_weight", layer.weight)
            output = self.batch_norm(self.node("Conv", layer.name, [source, weight], **shape), layer)
        return self.node("Clip", layer.name + "_relu6", [output, "zero", "six"]) if layer.relu6 else output

    def batch_norm(self, source, layer):
        norm = layer.batch_norm
        parameters = [
            self.weight(f"{layer.name}_{part}", getattr(norm, part)) for part in ("scale", "shift", "mean", "variance")
        ]
        return self.node(
            "BatchNormalization", layer.name + "_norm", [source, *parameters], epsilon=BATCH_NORM_EPSILON
        )

    def node(self, operation, name, inputs, **attributes):
        self.nodes.append(helper.make_node(operation, inputs, [name], name=name, **attributes))
        return name

    def weight(self, name, values):
        self.initializers.append(numpy_helper.from_array(np.asarray(values), name))
        return name

    def model(self):
        pictures = helper.make_tensor_value_info("input", TensorProto.FLOAT, ["N", 3, INPUT_SIZE, INPUT_SIZE])
        probabilities = helper.make_tensor_value_info("probs", TensorProto.FLOAT, ["N", CLASSES])
        graph = helper.make_graph(
            self.nodes, "efficientnet_lite0", [pictures], [probabilities], self.initializers
        )
        opset = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION, producer_name="mvs convert")
        onnx.checker.check_model(model, full_check=True)
        return model

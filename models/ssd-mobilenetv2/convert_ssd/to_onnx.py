"""The network as ONNX: `input` float32 [N, 3, 300, 300] → `boxes` [N, 1917, 4] (y1, x1, y2, x2; 0–1) and `scores` [N, 1917, 23]."""

import numpy as np
import onnx
from convert.onnx_writer import IR_VERSION, OPSET, half_stored, same_padding
from onnx import TensorProto, helper, numpy_helper

from .anchors import CENTRE_SCALE, SIZE_SCALE, anchors
from .original import INPUT_SIZE


def onnx_model(layers, outputs):
    return half_stored(_Builder().build(layers, outputs))


class _Builder:
    def __init__(self):
        self.nodes = []
        self.initializers = []
        self.sizes = {"input": INPUT_SIZE}

    def build(self, layers, outputs):
        self.weight("zero", np.float32(0))
        self.weight("six", np.float32(6))
        for layer in layers:
            getattr(self, layer.kind)(layer)
        encodings, logits = outputs
        anchor_count = self.decode(encodings)
        scores = self.part(logits, "objects", 1, 24)  # class 0 is the background
        self.node("Sigmoid", "scores", [scores])
        return self.model(anchor_count)

    def conv(self, layer):
        weight = layer.weight.transpose(0, 3, 1, 2)
        if layer.kind == "depthwise":
            weight = layer.weight.transpose(3, 0, 1, 2)
        (source,) = layer.inputs
        kernel = weight.shape[2]
        pads, self.sizes[layer.name] = same_padding(self.sizes[source], kernel, layer.stride)
        inputs = [source, self.weight(layer.name + "_weight", weight), self.weight(layer.name + "_bias", layer.bias)]
        name = layer.name + "_linear" if layer.relu6 else layer.name
        group = weight.shape[0] if layer.kind == "depthwise" else 1
        shape = {"kernel_shape": [kernel] * 2, "strides": [layer.stride] * 2, "pads": pads, "group": group}
        self.node("Conv", name, inputs, **shape)
        if layer.relu6:
            self.node("Clip", layer.name, [name, "zero", "six"])

    depthwise = conv

    def add(self, layer):
        self.sizes[layer.name] = self.sizes[layer.inputs[0]]
        self.node("Add", layer.name, layer.inputs)

    def reshape(self, layer):
        source = layer.inputs[0]
        if source in self.sizes:
            source = self.node("Transpose", layer.name + "_nhwc", [source], perm=[0, 2, 3, 1])
        shape = self.weight(layer.name + "_shape", np.array([-1, *layer.shape[1:]], "i8"))
        self.node("Reshape", layer.name, [source, shape])

    def concat(self, layer):
        self.node("Concat", layer.name, layer.inputs, axis=1)

    def decode(self, encodings):
        rows = anchors(INPUT_SIZE)
        offset = self.node("Mul", "offset", [self.part(encodings, "shift", 0, 2), self.weight("sizes_10", rows[:, 2:] / np.float32(CENTRE_SCALE))])
        centre = self.node("Add", "centre", [offset, self.weight("centres", rows[:, :2])])
        growth = self.node("Mul", "growth", [self.part(encodings, "stretch", 2, 4), self.weight("fifth", np.float32(1 / SIZE_SCALE))])
        half = self.node("Mul", "half", [self.node("Exp", "factor", [growth]), self.weight("half_sizes", rows[:, 2:] / np.float32(2))])
        corners = [self.node("Sub", "first_corner", [centre, half]), self.node("Add", "last_corner", [centre, half])]
        self.node("Concat", "boxes", corners, axis=2)
        return len(rows)

    def part(self, source, name, start, end):
        bounds = [self.weight(f"{name}_{key}", np.array([value], "i8")) for key, value in (("start", start), ("end", end), ("axis", 2))]
        return self.node("Slice", name, [source, *bounds])

    def node(self, operation, name, inputs, **attributes):
        self.nodes.append(helper.make_node(operation, inputs, [name], name=name, **attributes))
        return name

    def weight(self, name, values):
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(values).reshape(np.shape(values)), name))
        return name

    def model(self, count):
        pictures = helper.make_tensor_value_info("input", TensorProto.FLOAT, ["N", 3, INPUT_SIZE, INPUT_SIZE])
        outputs = [helper.make_tensor_value_info(name, TensorProto.FLOAT, ["N", count, size]) for name, size in (("boxes", 4), ("scores", 23))]
        graph = helper.make_graph(self.nodes, "ssd_mobilenetv2", [pictures], outputs, self.initializers)
        opset = [helper.make_opsetid("", OPSET)]
        model = helper.make_model(graph, opset_imports=opset, ir_version=IR_VERSION, producer_name="mvs convert")
        onnx.checker.check_model(model, full_check=True)
        return model

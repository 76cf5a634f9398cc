"""The network as a TensorFlow.js GraphModel, NHWC: `input` [N, 300, 300, 3] → `boxes` and `scores` as in `to_onnx`."""

import numpy as np
from convert.tfjs_writer import FLOAT, GraphBuilder, fused, integers, shape_of, string, write_graph

from .anchors import CENTRE_SCALE, SIZE_SCALE, anchors
from .original import INPUT_SIZE


def write_tfjs(layers, outputs, folder):
    """Writes model.json and its shards into the folder, which must be there and empty."""
    graph = _Graph()
    count = graph.build(layers, outputs)
    write_graph(graph, folder, {"input": [-1, INPUT_SIZE, INPUT_SIZE, 3]}, {"boxes": [-1, count, 4], "scores": [-1, count, 23]})


class _Graph(GraphBuilder):
    def build(self, layers, outputs):
        self.node("Placeholder", "input", [], dtype=FLOAT, shape={"shape": shape_of([-1, INPUT_SIZE, INPUT_SIZE, 3])})
        for layer in layers:
            getattr(self, layer.kind)(layer)
        encodings, logits = outputs
        self.node("Sigmoid", "scores", [self.part(logits, "objects", 1, 24)], T=FLOAT)
        return self.decode(encodings)

    def conv(self, layer):
        operation = "FusedDepthwiseConv2dNative" if layer.kind == "depthwise" else "_FusedConv2D"
        weight = np.ascontiguousarray(layer.weight.transpose(1, 2, 3, 0))
        inputs = [layer.inputs[0], self.constant(layer.name + "_weight", weight), self.constant(layer.name + "_bias", layer.bias)]
        self.node(
            operation,
            layer.name,
            inputs,
            **fused("BiasAdd", "Relu6") if layer.relu6 else fused("BiasAdd"),
            strides=integers([1, layer.stride, layer.stride, 1]),
            dilations=integers([1, 1, 1, 1]),
            padding=string("SAME"),
            data_format=string("NHWC"),
            explicit_paddings={"list": {}},
        )

    depthwise = conv

    def add(self, layer):
        self.node("AddV2", layer.name, layer.inputs, T=FLOAT)

    def reshape(self, layer):
        shape = self.constant(layer.name + "_shape", np.array([-1, *layer.shape[1:]], "i4"))
        self.node("Reshape", layer.name, [layer.inputs[0], shape], T=FLOAT, Tshape={"type": "DT_INT32"})

    def concat(self, layer):
        self.joined(layer.name, layer.inputs, 1)

    def decode(self, encodings):
        rows = anchors(INPUT_SIZE)
        offset = self.both("Mul", "offset", self.part(encodings, "shift", 0, 2), self.constant("sizes_10", rows[:, 2:] / np.float32(CENTRE_SCALE)))
        centre = self.both("AddV2", "centre", offset, self.constant("centres", np.ascontiguousarray(rows[:, :2])))
        growth = self.both("Mul", "growth", self.part(encodings, "stretch", 2, 4), self.constant("fifth", np.array(1 / SIZE_SCALE, "f4")))
        factor = self.node("Exp", "factor", [growth], T=FLOAT)
        half = self.both("Mul", "half", factor, self.constant("half_sizes", rows[:, 2:] / np.float32(2)))
        self.joined("boxes", [self.both("Sub", "first_corner", centre, half), self.both("AddV2", "last_corner", centre, half)], 2)
        return len(rows)

    def both(self, operation, name, left, right):
        return self.node(operation, name, [left, right], T=FLOAT)

    def joined(self, name, inputs, axis):
        inputs = [*inputs, self.constant(name + "_axis", np.array(axis, "i4"))]
        return self.node("ConcatV2", name, inputs, T=FLOAT, N={"i": str(len(inputs) - 1)}, Tidx={"type": "DT_INT32"})

    def part(self, source, name, start, end):
        """All boxes, and of each the numbers from `start` to `end`."""
        bounds = [self.constant(f"{name}_{key}", np.array(values, "i4")) for key, values in (("begin", [0, 0, start]), ("end", [0, 0, end]), ("step", [1, 1, 1]))]
        masks = {"begin_mask": {"i": "3"}, "end_mask": {"i": "3"}, "ellipsis_mask": {"i": "0"}, "new_axis_mask": {"i": "0"}, "shrink_axis_mask": {"i": "0"}}
        return self.node("StridedSlice", name, [source, *bounds], T=FLOAT, Index={"type": "DT_INT32"}, **masks)

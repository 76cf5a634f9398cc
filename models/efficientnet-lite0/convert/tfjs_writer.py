"""The network as a TensorFlow.js GraphModel, NHWC: `input` float32 [N, 224, 224, 3] → `probs` float32 [N, 1000].

The format is TensorFlow's GraphDef as JSON (`modelTopology`) and a manifest of the weights' names, shapes and types,
whose raw little-endian values follow one another in the shards. The larger weights are stored as float16 and become
float32 on loading (`quantization` in the manifest).
"""

import base64
import json

import numpy as np

from .network import CLASSES, INPUT_SIZE, stored_as_half

SHARD_BYTES = 4 * 1024 * 1024
FLOAT = {"type": "DT_FLOAT"}


def write_tfjs(network, folder):
    """Writes model.json and its shards into the folder, which must be there and empty."""
    graph = _GraphBuilder()
    graph.build(network)
    write_graph(graph, folder, {"input": [-1, INPUT_SIZE, INPUT_SIZE, 3]}, {"probs": [-1, CLASSES]})


def write_graph(graph, folder, inputs, outputs):
    """Writes nodes and weights that a `GraphBuilder` has collected; inputs and outputs are shapes by name."""
    shards = [graph.blob[start : start + SHARD_BYTES] for start in range(0, len(graph.blob), SHARD_BYTES)]
    paths = [f"group1-shard{number}of{len(shards)}.bin" for number in range(1, len(shards) + 1)]
    for path, shard in zip(paths, shards):
        (folder / path).write_bytes(shard)
    model = {
        "format": "graph-model",
        "generatedBy": "mvs convert",
        "convertedBy": "mvs convert",
        "signature": {
            "inputs": {name: _tensor_info(name, shape) for name, shape in inputs.items()},
            "outputs": {name: _tensor_info(name, shape) for name, shape in outputs.items()},
        },
        "modelTopology": {"node": graph.nodes, "library": {}, "versions": {"producer": 1645}},
        "weightsManifest": [{"paths": paths, "weights": graph.manifest}],
    }
    (folder / "model.json").write_text(json.dumps(model, separators=(",", ":")) + "\n")


class GraphBuilder:
    """Collects nodes and weights; each method returns the name of its output."""

    def __init__(self):
        self.nodes = []
        self.manifest = []
        self.blob = b""

    def constant(self, name, values):
        kind = "DT_FLOAT" if values.dtype == np.float32 else "DT_INT32"
        tensor = {"dtype": kind, "tensorShape": shape_of(values.shape)}
        self.node("Const", name, [], dtype={"type": kind}, value={"tensor": tensor})
        entry = {"name": name, "shape": list(values.shape), "dtype": "float32" if kind == "DT_FLOAT" else "int32"}
        if kind == "DT_FLOAT" and stored_as_half(values):
            entry["quantization"] = {"dtype": "float16", "original_dtype": "float32"}
            values = values.astype("f2")
        self.manifest.append(entry)
        self.blob += values.tobytes()
        return name

    def node(self, operation, name, inputs, **attributes):
        self.nodes.append({"name": name, "op": operation, "input": inputs, "attr": attributes})
        return name


class _GraphBuilder(GraphBuilder):
    """EfficientNet-Lite0; each method takes the name of its input and returns the name of its output."""

    def build(self, network):
        size = [-1, INPUT_SIZE, INPUT_SIZE, 3]
        self.node("Placeholder", "input", [], dtype=FLOAT, shape={"shape": shape_of(size)})
        output = self.convolution("input", network.stem)
        for block in network.blocks:
            output = self.block(output, block)
        output = self.convolution(output, network.head)
        axes = self.constant("mean_axes", np.array([1, 2], "i4"))
        output = self.node(
            "Mean", "features", [output, axes], T=FLOAT, Tidx={"type": "DT_INT32"}, keep_dims={"b": False}
        )
        output = self.classifier(output, network)
        self.node("Softmax", "probs", [output], T=FLOAT)

    def block(self, block_input, block):
        output = block_input
        for convolution in block.convolutions:
            output = self.convolution(output, convolution)
        return self.node("AddV2", block.name + "_sum", [output, block_input], T=FLOAT) if block.residual else output

    def convolution(self, source, layer):
        weight, bias = layer.folded()  # [out, in / groups, height, width]
        if layer.depthwise:
            operation, weight = "FusedDepthwiseConv2dNative", weight.transpose(2, 3, 0, 1)
        else:
            operation, weight = "_FusedConv2D", weight.transpose(2, 3, 1, 0)
        inputs = [source, self.constant(layer.name + "_weight", weight), self.constant(layer.name + "_bias", bias)]
        return self.node(
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

    def classifier(self, source, network):
        weight = self.constant("classifier_weight", network.classifier_weight.T)
        bias = self.constant("classifier_bias", network.classifier_bias)
        transpose = {"transpose_a": {"b": False}, "transpose_b": {"b": False}}
        return self.node("_FusedMatMul", "logits", [source, weight, bias], **fused("BiasAdd"), **transpose)


def fused(*operations):
    return {
        "T": FLOAT,
        "num_args": {"i": "1"},
        "epsilon": {"f": 0},
        "fused_ops": {"list": {"s": [string(operation)["s"] for operation in operations]}},
    }


def string(text):
    return {"s": base64.b64encode(text.encode()).decode()}


def integers(values):
    return {"list": {"i": [str(value) for value in values]}}


def shape_of(sizes):
    return {"dim": [{"size": str(size)} for size in sizes]}


def _tensor_info(name, sizes):
    return {"name": f"{name}:0", "dtype": "DT_FLOAT", "tensorShape": shape_of(sizes)}

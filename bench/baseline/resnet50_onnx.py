"""Writes ResNet50 as Keras defines it, with random weights, as ONNX with the model.yaml that mvs needs.

The published weights cannot be downloaded everywhere, and random ones are as fast. Batch normalisation is folded into the
convolutions, as every runtime does when it loads the network.
"""

import argparse
import shutil
from pathlib import Path

import numpy as np
from onnx import TensorProto, checker, helper, numpy_helper, save

MODEL_YAML = """\
name: resnet50-random
input: { width: 224, height: 224, colorOrder: bgr, mean: [103.939, 116.779, 123.68], std: [1, 1, 1] }
resize: { mode: squash, kernel: linear }
output: probabilities
labels: labels.json
files: { onnx: resnet50-random.onnx }
"""


class Network:
    def __init__(self) -> None:
        self.random = np.random.default_rng(1)
        self.nodes: list = []
        self.weights: list = []

    def add(self, kind: str, inputs: list[str], **attributes) -> str:
        output = f"{kind.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, inputs, [output], **attributes))
        return output

    def weight(self, values: np.ndarray) -> str:
        name = f"weight_{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(values.astype(np.float32), name))
        return name

    def conv(self, x: str, channels: tuple[int, int], size: int, stride: int = 1) -> str:
        into, out = channels
        kernel = self.random.normal(0, np.sqrt(2 / (into * size * size)), (out, into, size, size))
        pad = size // 2
        weights = [self.weight(kernel), self.weight(np.zeros(out))]
        return self.add("Conv", [x, *weights], strides=[stride, stride], pads=[pad] * 4)

    def block(self, x: str, into: int, width: int, stride: int, project: bool) -> str:
        """Bottleneck of version 1: the stride is in the first convolution, as Keras has it."""
        shortcut = self.conv(x, (into, 4 * width), 1, stride) if project else x
        y = self.add("Relu", [self.conv(x, (into, width), 1, stride)])
        y = self.add("Relu", [self.conv(y, (width, width), 3)])
        y = self.conv(y, (width, 4 * width), 1)
        return self.add("Relu", [self.add("Add", [shortcut, y])])


def build() -> Network:
    network = Network()
    x = network.add("Relu", [network.conv("input", (3, 64), 7, 2)])
    x = network.add("MaxPool", [x], kernel_shape=[3, 3], strides=[2, 2], pads=[1, 1, 1, 1])
    into = 64
    for width, blocks, stride in ((64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)):
        for n in range(blocks):
            x = network.block(x, into, width, stride if n == 0 else 1, n == 0)
            into = 4 * width
    x = network.add("Flatten", [network.add("GlobalAveragePool", [x])])
    weights = network.weight(network.random.normal(0, 0.01, (1000, 2048)))
    x = network.add("Gemm", [x, weights, network.weight(np.zeros(1000))], transB=1)
    network.nodes.append(helper.make_node("Softmax", [x], ["output"]))
    return network


def main() -> None:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--labels", required=True)
    arguments.add_argument("folder", type=Path)
    options = arguments.parse_args()
    network = build()
    graph = helper.make_graph(
        network.nodes,
        "resnet50",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["N", 3, 224, 224])],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, ["N", 1000])],
        network.weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    checker.check_model(model)
    options.folder.mkdir(parents=True, exist_ok=True)
    save(model, options.folder / "resnet50-random.onnx")
    shutil.copy(options.labels, options.folder / "labels.json")
    (options.folder / "model.yaml").write_text(MODEL_YAML, encoding="utf-8")


if __name__ == "__main__":
    main()

"""The published network: its file inside the npm package, and its layers in no particular file format."""

import hashlib
from dataclasses import dataclass

import numpy as np
import tflite

INPUT_SIZE = 300
PACKED_SHA256 = "470986ca5df183f41698da6de74b027d838fe289d77b5ab094497d350bee664e"
# The package's loader lists both files with these positions.
LABELS = slice(0, 184)
NETWORK = slice(184, 9_987_912)


@dataclass(frozen=True)
class Layer:
    """One operation. Activations are NHWC, weights as TensorFlow Lite has them."""

    kind: str  # conv, depthwise, add, reshape or concat
    name: str
    inputs: list[str]
    shape: list[int]  # of the output, with batch size 1
    weight: np.ndarray | None = None
    bias: np.ndarray | None = None
    stride: int = 1
    relu6: bool = False


def read_packed(path):
    """The names of the classes, and the network as TensorFlow Lite wrote it."""
    packed = open(path, "rb").read()
    if hashlib.sha256(packed).hexdigest() != PACKED_SHA256:
        raise SystemExit(f"{path} is not the file that this conversion was written for")
    # The first class is the background.
    return packed[LABELS].decode().strip("\n").split("\n")[1:], packed[NETWORK]


def read_layers(content):
    """All layers in order, and the names of the two outputs: box encodings and class logits."""
    model = tflite.Model.GetRootAsModel(content, 0)
    graph = model.Subgraphs(0)
    half = {}
    layers = []
    for index in range(graph.OperatorsLength()):
        operator = graph.Operators(index)
        code = model.OperatorCodes(operator.OpcodeIndex())
        kind = max(code.BuiltinCode(), code.DeprecatedBuiltinCode())
        if kind == tflite.BuiltinOperator.DEQUANTIZE:
            half[operator.Outputs(0)] = operator.Inputs(0)
        else:
            layers.append(_layer(model, graph, operator, kind, half))
    return layers, [_name(tensor) for tensor in graph.OutputsAsNumpy()]


def _layer(model, graph, operator, kind, half):
    inputs, output = list(operator.InputsAsNumpy()), operator.Outputs(0)
    shape = [int(size) for size in graph.Tensors(output).ShapeAsNumpy()]
    common = {"name": _name(output), "shape": shape}
    builtin = tflite.BuiltinOperator
    if kind in (builtin.CONV_2D, builtin.DEPTHWISE_CONV_2D):
        depthwise = kind == builtin.DEPTHWISE_CONV_2D
        options = _options(operator, tflite.DepthwiseConv2DOptions if depthwise else tflite.Conv2DOptions)
        assert options.Padding() == tflite.Padding.SAME and options.StrideH() == options.StrideW()
        weight, bias = (_half(model, graph, half[tensor]) for tensor in inputs[1:])
        return Layer(
            "depthwise" if depthwise else "conv",
            inputs=[_name(inputs[0])],
            weight=weight,
            bias=bias,
            stride=options.StrideH(),
            relu6=_relu6(options),
            **common,
        )
    if kind == builtin.ADD:
        assert not _relu6(_options(operator, tflite.AddOptions))
        return Layer("add", inputs=[_name(tensor) for tensor in inputs], **common)
    if kind == builtin.CONCATENATION:
        assert _options(operator, tflite.ConcatenationOptions).Axis() == 1
        return Layer("concat", inputs=[_name(tensor) for tensor in inputs], **common)
    assert kind == builtin.RESHAPE
    return Layer("reshape", inputs=[_name(inputs[0])], **common)


def _name(tensor):
    return "input" if tensor == 0 else f"t{tensor}"


def _options(operator, kind):
    options, table = kind(), operator.BuiltinOptions()
    options.Init(table.Bytes, table.Pos)
    return options


def _relu6(options):
    activation = options.FusedActivationFunction()
    assert activation in (tflite.ActivationFunctionType.NONE, tflite.ActivationFunctionType.RELU6)
    return activation == tflite.ActivationFunctionType.RELU6


def _half(model, graph, tensor):
    described = graph.Tensors(tensor)
    values = model.Buffers(described.Buffer()).DataAsNumpy().view("f2")
    return values.reshape(described.ShapeAsNumpy()).astype("f4")

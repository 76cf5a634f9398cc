"""Converts the detector of npm's @mediapipe/objectron to ONNX and TensorFlow.js: `bash convert_ssd/run.sh`."""

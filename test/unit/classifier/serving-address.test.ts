import { describe, expect, it } from 'vitest';
import { isServerUrl, parseServerUrl } from '../../../src/core/classifier/serving/address.js';

describe('the address of a served model', () => {
  it.each([
    ['http://h:8501/v1/models/%zz', /not properly encoded/],
    ['grpc://h:8500/%zz', /not properly encoded/],
    ['http://h:8000/v2/models/m/versions/%zz', /not properly encoded/],
    ['grpc://h:8500/m/versions/latest', /version of TensorFlow Serving is a number/],
    ['http://h:8501/v1/models/m/versions/latest', /version of TensorFlow Serving is a number/],
  ])('%s is refused as a wrong address', (url, message) => {
    expect(() => parseServerUrl(url)).toThrow(
      expect.objectContaining({ code: 'MODEL_INVALID', message: expect.stringMatching(message) as string }),
    );
  });

  it.each(['net.onnx', 'web/model.json', 'model.yaml'])('is not that of a file %s to download', (file) => {
    expect(isServerUrl(`https://host/v1/models/${file}`)).toBe(false);
    expect(isServerUrl(`https://host/v1/models/net`)).toBe(true);
  });

  it('has a version of KServe by any name', () => {
    expect(parseServerUrl('http://h:8000/v2/models/m/versions/latest').version).toBe('latest');
  });
});

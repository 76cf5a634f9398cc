import de.bwaldvogel.mongo.backend.Constants;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;

/**
 * mongo-java-server 1.47 ends collection names at 128 characters; MongoDB ends the whole namespace at 255 bytes, which
 * DurableBackend checks. The limit is a constant inside a private method, so the one instruction that loads it is changed
 * before the class is defined.
 */
final class NameLimit {
    private static final String CLASS = "AbstractMongoDatabase.class";
    private static final byte SIPUSH = 0x11;

    private NameLimit() {}

    /** Must run before anything else touches the database classes. */
    static void lift() throws IOException, IllegalAccessException {
        byte[] code;
        try (InputStream in = Constants.class.getResourceAsStream(CLASS)) {
            code = in.readAllBytes();
        }
        int at = onlyPush(code, Constants.MAX_NS_LENGTH);
        code[at + 1] = 0;
        code[at + 2] = (byte) 255;
        MethodHandles.privateLookupIn(Constants.class, MethodHandles.lookup()).defineClass(code);
    }

    /** Where the class loads this constant; `length() > 128` compiles to sipush 128, if_icmple. */
    private static int onlyPush(byte[] code, int value) {
        final byte ifIcmple = (byte) 0xa4;
        int found = -1;
        for (int i = 0; i + 3 < code.length; i++) {
            if (code[i] != SIPUSH || code[i + 1] != (byte) (value >> 8) || code[i + 2] != (byte) value) continue;
            if (code[i + 3] != ifIcmple) continue;
            if (found >= 0) throw new IllegalStateException("mongo-java-server has changed: two name limits");
            found = i;
        }
        if (found < 0) throw new IllegalStateException("mongo-java-server has changed: no name limit");
        return found;
    }
}

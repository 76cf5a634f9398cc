import java.io.File;
import java.security.KeyStore;
import java.util.Base64;

/** Prints the private key of a key store as PEM, which keytool cannot. Arguments: file, password, alias. */
class ExportKey {
    public static void main(String[] args) throws Exception {
        char[] password = args[1].toCharArray();
        KeyStore store = KeyStore.getInstance(new File(args[0]), password);
        byte[] key = store.getKey(args[2], password).getEncoded();
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(key);
        System.out.println("-----BEGIN PRIVATE KEY-----\n" + body + "\n-----END PRIVATE KEY-----");
    }
}

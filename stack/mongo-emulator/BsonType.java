import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;
import org.h2.mvstore.type.ObjectDataType;

/** Documents as BSON, where MVStore would use Java's serialization: several times the bytes, and most of the time of a read. */
final class BsonType extends BasicDataType<Document> {
    /** Not among the tags of ObjectDataType, whose values older files have. */
    private static final byte TAG = (byte) 0xB5;

    private final ObjectDataType older = new ObjectDataType();

    @Override
    public int getMemory(Document document) {
        return older.getMemory(document);
    }

    @Override
    public void write(WriteBuffer buffer, Document document) {
        ByteBuf bytes = Unpooled.buffer();
        BsonEncoder.encodeDocument(document, bytes);
        buffer.put(TAG).put(bytes.nioBuffer());
    }

    @Override
    public Document read(ByteBuffer buffer) {
        if (buffer.get(buffer.position()) != TAG) return (Document) older.read(buffer);
        ByteBuf bytes = Unpooled.wrappedBuffer(buffer.position(buffer.position() + 1));
        Document document = BsonDecoder.decodeBson(bytes);
        buffer.position(buffer.position() + bytes.readerIndex());
        return document;
    }

    @Override
    public Document[] createStorage(int size) {
        return new Document[size];
    }
}

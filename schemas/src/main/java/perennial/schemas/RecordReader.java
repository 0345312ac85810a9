package perennial.schemas;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.PrimitivesArrays.FloatArray;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.Decoder;
import org.apache.avro.io.ResolvingDecoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificRecord;

/** A datum reader that reads arrays of floats without an object for every float. Not thread-safe. */
final class RecordReader extends SpecificDatumReader<SpecificRecord> {

    private Schema comparedWriter;
    private boolean writerIsReader;

    /** What the resolving decoder reads from, where it has nothing to resolve; otherwise null. */
    private BinaryDecoder unresolved;

    RecordReader(Schema writer, Schema reader, SpecificData model) {
        super(writer, reader, model);
    }

    @Override
    public SpecificRecord read(SpecificRecord reuse, Decoder in) throws IOException {
        if (comparedWriter != getSchema()) {
            comparedWriter = getSchema();
            writerIsReader = SchemaNormalization.toParsingForm(comparedWriter)
                    .equals(SchemaNormalization.toParsingForm(getExpected()));
        }
        unresolved = writerIsReader && in instanceof BinaryDecoder binary ? binary : null;
        return super.read(reuse, in);
    }

    @Override
    protected Object readArray(Object old, Schema expected, ResolvingDecoder in) throws IOException {
        if (expected.getElementType().getType() != Schema.Type.FLOAT) {
            return super.readArray(old, expected, in);
        }
        long count = in.readArrayStart();
        // The count is only a claim: there are no more values than bytes left.
        FloatArray values = new FloatArray((int) Math.min(count, Math.max(0, in.remainingBytes())), expected);
        int index = 0;
        while (count > 0) {
            if (unresolved != null) {
                // Past the resolving decoder, which looks its grammar up for every float. It sees each block begin
                // and end, and between the two it may have seen any number of floats.
                for (long i = 0; i < count; i++) {
                    values.add(index++, unresolved.readFloat());
                }
            } else {
                for (long i = 0; i < count; i++) {
                    values.add(index++, in.readFloat());
                }
            }
            count = in.arrayNext();
        }
        return values;
    }
}

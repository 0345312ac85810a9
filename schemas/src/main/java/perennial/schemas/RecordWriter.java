package perennial.schemas;

import java.io.IOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.PrimitivesArrays.FloatArray;
import org.apache.avro.io.Encoder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;

/** A datum writer that writes arrays of floats without an object for every float. Not thread-safe. */
final class RecordWriter extends SpecificDatumWriter<SpecificRecord> {

    RecordWriter(Schema schema, SpecificData model) {
        super(schema, model);
    }

    @Override
    protected void writeArray(Schema schema, Object datum, Encoder out) throws IOException {
        if (!(datum instanceof FloatArray values) || schema.getElementType().getType() != Schema.Type.FLOAT) {
            super.writeArray(schema, datum, out);
            return;
        }
        int size = values.size();
        out.writeArrayStart();
        out.setItemCount(size);
        for (int i = 0; i < size; i++) {
            out.startItem();
            out.writeFloat(values.getFloat(i));
        }
        out.writeArrayEnd();
    }
}

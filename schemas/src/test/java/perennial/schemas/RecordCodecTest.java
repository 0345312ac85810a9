package perennial.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.PrimitivesArrays.FloatArray;
import org.apache.avro.message.BinaryMessageEncoder;
import org.apache.avro.message.SchemaStore;
import org.junit.jupiter.api.Test;
import perennial.v1.EpisodeEnd;
import perennial.v1.Event;
import perennial.v1.LabelReset;
import perennial.v1.LabelResetKind;
import perennial.v1.LabelledExample;
import perennial.v1.Prediction;

class RecordCodecTest {

    private static final Event EVENT =
            new Event("images", 7L, 0, 0L, new LabelledExample(ByteBuffer.wrap(new byte[] {1, 2, (byte) 255}), 3));

    private final RecordCodec codec = new RecordCodec();

    @Test
    void shouldWriteTheBytesThatAvroItselfWrites() throws IOException {
        ByteBuffer expected = Event.getEncoder().encode(EVENT);

        assertThat(codec.encode(EVENT)).isEqualTo(Arrays.copyOf(expected.array(), expected.remaining()));
    }

    @Test
    void shouldReadARecordInTheMiddleOfOtherBytes() {
        byte[] bytes = codec.encode(EVENT);
        byte[] among = new byte[bytes.length + 30];
        Arrays.fill(among, (byte) 0x55);
        System.arraycopy(bytes, 0, among, 13, bytes.length);

        assertThat(codec.decode(among, 13, bytes.length)).isEqualTo(EVENT);
    }

    @Test
    void shouldKeepNothingOfARecordBetweenCalls() {
        Event large = new Event("s", 0L, 0, 0L, new LabelledExample(ByteBuffer.allocate(5 << 20), 1));

        byte[] first = codec.encode(EVENT);
        byte[] second = codec.encode(large);
        byte[] third = codec.encode(EVENT);

        assertThat(third).isEqualTo(first);
        assertThat(codec.decodeEvent(second)).isEqualTo(large);
        assertThat(codec.decodeEvent(first)).isEqualTo(EVENT);
    }

    @Test
    void shouldReadFloatsAsAnArrayOfFloats() {
        Event event = new Event("s", 0L, 0, 0L, new LabelledExample(List.of(0.5f, Float.NaN, 1e-40f), 1));

        LabelledExample example =
                (LabelledExample) codec.decodeEvent(codec.encode(event)).getBody();

        assertThat(example.getFeatures()).isInstanceOf(FloatArray.class).isEqualTo(List.of(0.5f, Float.NaN, 1e-40f));
    }

    @Test
    void shouldWriteTheSameBytesForFloatsInAnyList() {
        Event boxed = new Event("s", 0L, 0, 0L, new LabelledExample(List.of(0.5f, -0.0f), 1));

        byte[] bytes = codec.encode(boxed);

        assertThat(codec.encode(codec.decodeEvent(bytes))).isEqualTo(bytes);
    }

    @Test
    void shouldReadFloatsFromSeveralBlocks() {
        // An array may come in blocks; a negative count says that the size of the block in bytes follows.
        byte[] whole = codec.encode(new Event("s", 0L, 0, 0L, new LabelledExample(List.of(1f, 2f, 3f), 1)));
        ByteArrayOutputStream blocks = new ByteArrayOutputStream();
        // header 10, stream 2, sequence, actor, eventTime, branch of body, branch of features
        blocks.write(whole, 0, 17);
        assertThat(whole[17]).as("count of the one block, 3").isEqualTo((byte) 6);
        blocks.write(2);
        blocks.write(whole, 18, 4);
        blocks.write(3);
        blocks.write(16);
        blocks.write(whole, 22, 8);
        blocks.write(whole, 30, whole.length - 30);

        assertThat(codec.encode(codec.decode(blocks.toByteArray()))).isEqualTo(whole);
    }

    @Test
    void shouldRefuseBytesOfAnotherKind() {
        assertThatThrownBy(() -> codec.decode("{\"type\":\"example\"}".getBytes()))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessage("a record must begin with C3 01 and the 8-byte fingerprint of its schema: length=18"
                        + " first bytes=7B 22 74 79 70 65 22 3A 22 65");
    }

    @Test
    void shouldRefuseNoBytesAtAll() {
        assertThatThrownBy(() -> codec.decode(new byte[0]))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessageContaining("length=0");
    }

    @Test
    void shouldRefuseAnUnknownFingerprint() {
        byte[] bytes = codec.encode(EVENT);
        Arrays.fill(bytes, 2, 10, (byte) 1);

        assertThatThrownBy(() -> codec.decode(bytes))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessageContaining("fingerprint=101010101010101 ")
                .hasMessageContaining("versions=[0.1.0");
    }

    @Test
    void shouldRefuseARecordCutOffAnywhere() {
        byte[] bytes = codec.encode(EVENT);

        for (int length = 0; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> codec.decode(cut)).isInstanceOf(UndecodableRecordException.class);
        }
    }

    @Test
    void shouldRefuseBytesAfterTheRecord() {
        byte[] bytes = codec.encode(EVENT);

        assertThatThrownBy(() -> codec.decode(Arrays.copyOf(bytes, bytes.length + 3)))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessage("a record must end with its last field: schema=perennial.v1.Event length="
                        + (bytes.length + 3) + " bytes left=3");
    }

    @Test
    void shouldReadOnAfterBytesThatAreNoRecord() {
        byte[] bytes = codec.encode(EVENT);

        assertThatThrownBy(() -> codec.decode(Arrays.copyOf(bytes, bytes.length - 1)))
                .isInstanceOf(UndecodableRecordException.class);

        assertThat(codec.decode(bytes)).isEqualTo(EVENT);
    }

    @Test
    void shouldRefuseAnotherRecordWhereAnEventIsNeeded() {
        byte[] prediction = codec.encode(new Prediction("nap", "s", 0, 1L, 3, 0.5f, null, 0L));

        assertThatThrownBy(() -> codec.decodeEvent(prediction))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessage("an event is needed: record=perennial.v1.Prediction");
    }

    @Test
    void shouldNotEncodeARecordOfNoTopic() {
        assertThatThrownBy(() -> codec.encode(new LabelReset(1, LabelResetKind.OTHER, "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("record=perennial.v1.LabelReset");
    }

    @Test
    void shouldNotEncodeAFieldOfAWrongTypeAndEncodeTheNextRecord() {
        Event wrong = new Event("s", 0L, 0, 0L, new LabelledExample(new float[] {1}, 1));
        Event missing = new Event(null, 0L, 0, 0L, new EpisodeEnd(0L, 1.0, 1L));

        assertThatThrownBy(() -> codec.encode(wrong))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a record must fit its schema: record=perennial.v1.Event error=");
        assertThatThrownBy(() -> codec.encode(missing)).isInstanceOf(IllegalArgumentException.class);

        assertThat(codec.decode(codec.encode(EVENT))).isEqualTo(EVENT);
    }

    @Test
    void shouldReadWhatAWriterWithoutAFieldWrote() throws IOException {
        String text = Prediction.getClassSchema()
                .toString()
                .replaceFirst(",\\{\"name\":\"update\",\"type\":\"long\"[^}]*}", "");
        Schema writer = new Schema.Parser().parse(text);
        GenericRecord old = prediction(writer);

        Prediction read = (Prediction) knowing(writer).decode(bytes(writer, old));

        assertThat(writer.getField("update")).isNull();
        assertThat(read).isEqualTo(new Prediction("nap", "s", 0, 5L, 3, null, null, 0L));
    }

    @Test
    void shouldReadWhatAWriterWithOneMoreFieldWrote() throws IOException {
        String text = Prediction.getClassSchema()
                .toString()
                .replaceFirst(
                        "\\{\"name\":\"sequence\"",
                        "{\"name\":\"margins\",\"type\":{\"type\":\"array\",\"items\":\"float\"},\"default\":[]},$0");
        Schema writer = new Schema.Parser().parse(text);
        GenericRecord newer = prediction(writer);
        newer.put("margins", List.of(0.5f, 0.25f));
        newer.put("values", List.of(1.5f, Float.MIN_VALUE));
        newer.put("update", 9L);

        Prediction read = (Prediction) knowing(writer).decode(bytes(writer, newer));

        assertThat(read).isEqualTo(new Prediction("nap", "s", 0, 5L, 3, null, List.of(1.5f, Float.MIN_VALUE), 9L));
    }

    @Test
    void shouldReadASymbolOfANewerVersionAsOther() throws IOException {
        Schema writer = new Schema.Parser()
                .parse(Event.getClassSchema().toString().replace("\"LABELS_REDRAWN\"", "\"LABELS_SMOOTHED\""));
        GenericRecord reset = new GenericData.Record(
                writer.getField("body").schema().getTypes().get(1));
        reset.put("task", 4);
        reset.put(
                "kind",
                new GenericData.EnumSymbol(reset.getSchema().getField("kind").schema(), "LABELS_SMOOTHED"));
        reset.put("note", "");
        GenericRecord newer = new GenericData.Record(writer);
        newer.put("stream", "s");
        newer.put("sequence", 5L);
        newer.put("actor", 0);
        newer.put("eventTime", 0L);
        newer.put("body", reset);

        Event read = knowing(writer).decodeEvent(bytes(writer, newer));

        assertThat(read.getBody()).isEqualTo(new LabelReset(4, LabelResetKind.OTHER, ""));
    }

    @Test
    void shouldRefuseARecordThatNoTopicHas() throws IOException {
        Schema writer = new Schema.Parser()
                .parse("{\"type\":\"record\",\"name\":\"Weather\",\"fields\":[{\"name\":\"rain\",\"type\":\"int\"}]}");
        GenericRecord weather = new GenericData.Record(writer);
        weather.put("rain", 1);
        byte[] bytes = bytes(writer, weather);

        assertThatThrownBy(() -> knowing(writer).decode(bytes))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessageContaining("record=Weather");
    }

    @Test
    void shouldKnowTheFingerprintOfEveryReleasedSchema() {
        for (Schema schema : Schemas.CURRENT) {
            Schema released = Schemas.released(ReleaseFiles.NEWEST, schema.getName());

            assertThat(Schemas.writer(SchemaNormalization.parsingFingerprint64(released)))
                    .isEqualTo(released);
        }
    }

    private static GenericRecord prediction(Schema writer) {
        GenericRecord prediction = new GenericData.Record(writer);
        prediction.put("learner", "nap");
        prediction.put("stream", "s");
        prediction.put("actor", 0);
        prediction.put("sequence", 5L);
        prediction.put("predictedClass", 3);
        return prediction;
    }

    private static byte[] bytes(Schema writer, GenericRecord record) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        new BinaryMessageEncoder<GenericRecord>(GenericData.get(), writer).encode(record, out);
        return out.toByteArray();
    }

    private static RecordCodec knowing(Schema writer) {
        SchemaStore.Cache writers = new SchemaStore.Cache();
        writers.addSchema(writer);
        return new RecordCodec(writers);
    }
}

package perennial.schemas;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.domains.Domain;
import org.apache.avro.specific.SpecificRecord;
import perennial.v1.Event;

/**
 * Either form of a record is compared in the other form, since Avro's records that hold NaN do not equal themselves, and
 * its 0.0 equals -0.0.
 */
@Domain(RandomRecords.class)
class RoundTripTest {

    private final RecordCodec codec = new RecordCodec();

    @Property
    void shouldBringAnyRecordThroughAvro(@ForAll SpecificRecord record) {
        SpecificRecord read = codec.decode(codec.encode(record));

        assertThat(JsonRecords.toJson(read)).isEqualTo(JsonRecords.toJson(record));
    }

    @Property
    void shouldBringAnyRecordThroughJson(@ForAll SpecificRecord record) {
        SpecificRecord read = JsonRecords.parse(JsonRecords.toJson(record));

        assertThat(codec.encode(read)).isEqualTo(codec.encode(record));
    }

    @Property
    void shouldBringAnyEventThroughAvro(@ForAll Event event) {
        Event read = codec.decodeEvent(codec.encode(event));

        assertThat(JsonRecords.eventLine(read)).isEqualTo(JsonRecords.eventLine(event));
    }

    @Property
    void shouldBringAnyEventThroughJson(@ForAll Event event) {
        Event read = JsonRecords.parseEvent(JsonRecords.eventLine(event));

        assertThat(codec.encode(read)).isEqualTo(codec.encode(event));
    }
}

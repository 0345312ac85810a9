package perennial.jobs.graph;

import java.util.Arrays;
import java.util.List;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.connector.kafka.source.reader.deserializer.KafkaRecordDeserializationSchema;
import org.apache.flink.util.Collector;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;
import perennial.streaming.types.RawRecord;
import perennial.streaming.types.RawRecordSerializer;

/** Takes a Kafka record as it is: bytes that cannot be decoded are the business of the operator that has dead letters. */
final class RawRecordDeserialization implements KafkaRecordDeserializationSchema<RawRecord> {

    private static final long serialVersionUID = 1L;

    @Override
    public void deserialize(ConsumerRecord<byte[], byte[]> record, Collector<RawRecord> out) {
        out.collect(new RawRecord(
                record.key(),
                record.value(),
                record.topic(),
                record.partition(),
                record.offset(),
                headers(record.headers().toArray())));
    }

    private static List<RawRecord.Header> headers(Header[] headers) {
        // The empty list is one and the same: most records have no headers, and cost nothing here.
        return headers.length == 0
                ? List.of()
                : Arrays.stream(headers)
                        .map(header -> new RawRecord.Header(header.key(), header.value()))
                        .toList();
    }

    @Override
    public TypeInformation<RawRecord> getProducedType() {
        return RawRecordSerializer.TYPE_INFO;
    }
}

package perennial.streaming.watch;

import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import perennial.schemas.JsonRecords;
import perennial.schemas.RecordCodec;
import perennial.schemas.UndecodableRecordException;
import perennial.streaming.assign.DeadLetters;
import perennial.streaming.assign.DecodeAndAssign;
import perennial.streaming.types.RawRecord;
import perennial.v1.ControlAudit;
import perennial.v1.DeadLetterReason;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

/** Reads the records of a metrics topic, Avro or JSON. What cannot be read, or does not belong there, becomes a dead letter. */
final class DecodeMetrics extends ProcessFunction<RawRecord, SpecificRecord> {

    private static final long serialVersionUID = 1L;

    private final int maxRecordBytes;

    private transient RecordCodec codec;
    private transient DeadLetters letters;

    DecodeMetrics(int maxRecordBytes) {
        this.maxRecordBytes = maxRecordBytes;
    }

    @Override
    public void open(OpenContext context) {
        codec = new RecordCodec();
        letters = new DeadLetters(maxRecordBytes);
    }

    @Override
    public void processElement(RawRecord record, Context context, Collector<SpecificRecord> out) {
        byte[] value = record.value();
        if (value == null || value.length > maxRecordBytes) {
            DeadLetterReason reason = value == null ? DeadLetterReason.UNDECODABLE : DeadLetterReason.TOO_LARGE;
            String found = value == null ? "value=null" : "bytes=" + value.length + " allowed=" + maxRecordBytes;
            context.output(
                    DecodeAndAssign.DEAD_LETTERS,
                    letters.letter(
                            record, reason, "a record of metrics must have a value that is not too large: " + found));
            return;
        }
        try {
            SpecificRecord decoded = JsonRecords.isJson(value) ? JsonRecords.parse(value) : codec.decode(value);
            if (decoded instanceof PlasticityReport
                    || decoded instanceof TaskSummary
                    || decoded instanceof ControlAudit) {
                out.collect(decoded);
            } else {
                context.output(
                        DecodeAndAssign.DEAD_LETTERS,
                        letters.letter(
                                record,
                                DeadLetterReason.WRONG_KIND,
                                "a record of metrics must be a report, a task summary or an audit of a command: found="
                                        + decoded.getSchema().getName()));
            }
        } catch (UndecodableRecordException e) {
            context.output(
                    DecodeAndAssign.DEAD_LETTERS, letters.letter(record, DeadLetterReason.UNDECODABLE, e.getMessage()));
        }
    }
}

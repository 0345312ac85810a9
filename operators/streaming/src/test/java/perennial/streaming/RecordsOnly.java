package perennial.streaming;

import org.apache.flink.runtime.event.WatermarkEvent;
import org.apache.flink.streaming.api.operators.Output;
import org.apache.flink.streaming.api.watermark.Watermark;
import org.apache.flink.streaming.runtime.streamrecord.LatencyMarker;
import org.apache.flink.streaming.runtime.streamrecord.RecordAttributes;
import org.apache.flink.streaming.runtime.streamrecord.StreamRecord;
import org.apache.flink.streaming.runtime.watermarkstatus.WatermarkStatus;

/** An operator's output that passes over all that is not a record. */
interface RecordsOnly<T> extends Output<StreamRecord<T>> {

    @Override
    default void emitWatermark(Watermark mark) {}

    @Override
    default void emitWatermarkStatus(WatermarkStatus status) {}

    @Override
    default void emitLatencyMarker(LatencyMarker marker) {}

    @Override
    default void emitRecordAttributes(RecordAttributes attributes) {}

    @Override
    default void emitWatermark(WatermarkEvent watermark) {}

    @Override
    default void close() {}
}

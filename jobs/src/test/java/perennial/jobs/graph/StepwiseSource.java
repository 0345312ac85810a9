package perennial.jobs.graph;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceReader;
import org.apache.flink.api.connector.source.SourceReaderContext;
import org.apache.flink.api.connector.source.SourceSplit;
import org.apache.flink.api.connector.source.SplitEnumerator;
import org.apache.flink.api.connector.source.SplitEnumeratorContext;
import org.apache.flink.core.io.InputStatus;
import org.apache.flink.core.io.SimpleVersionedSerializer;
import perennial.streaming.types.RawRecord;

/** Gives records one after the other, with a complete checkpoint after every few of them. For one reader. */
final class StepwiseSource implements Source<RawRecord, StepwiseSource.Place, Boolean> {

    private static final long serialVersionUID = 1L;

    private final ArrayList<byte[]> records;
    private final int perCheckpoint;

    StepwiseSource(List<byte[]> records, int perCheckpoint) {
        this.records = new ArrayList<>(records);
        this.perCheckpoint = perCheckpoint;
    }

    /** The number of the next record: the only split there is. */
    record Place(int next) implements SourceSplit {
        @Override
        public String splitId() {
            return "all";
        }
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.BOUNDED;
    }

    @Override
    public SourceReader<RawRecord, Place> createReader(SourceReaderContext context) {
        return new Reader();
    }

    @Override
    public SplitEnumerator<Place, Boolean> createEnumerator(SplitEnumeratorContext<Place> context) {
        return new Enumerator(context, new Place(0));
    }

    @Override
    public SplitEnumerator<Place, Boolean> restoreEnumerator(SplitEnumeratorContext<Place> context, Boolean isGiven) {
        return new Enumerator(context, isGiven ? null : new Place(0));
    }

    @Override
    public SimpleVersionedSerializer<Place> getSplitSerializer() {
        return new SimpleVersionedSerializer<>() {
            @Override
            public int getVersion() {
                return 1;
            }

            @Override
            public byte[] serialize(Place place) {
                return ByteBuffer.allocate(Integer.BYTES).putInt(place.next()).array();
            }

            @Override
            public Place deserialize(int version, byte[] bytes) {
                return new Place(ByteBuffer.wrap(bytes).getInt());
            }
        };
    }

    @Override
    public SimpleVersionedSerializer<Boolean> getEnumeratorCheckpointSerializer() {
        return new SimpleVersionedSerializer<>() {
            @Override
            public int getVersion() {
                return 1;
            }

            @Override
            public byte[] serialize(Boolean isGiven) {
                return new byte[] {(byte) (isGiven ? 1 : 0)};
            }

            @Override
            public Boolean deserialize(int version, byte[] bytes) {
                return bytes[0] == 1;
            }
        };
    }

    private final class Reader implements SourceReader<RawRecord, Place> {

        private CompletableFuture<Void> available = new CompletableFuture<>();
        private int next = -1;
        private int allowed = perCheckpoint;
        private int allowedAtSnapshot;
        private long snapshot = -1;

        @Override
        public void start() {
            // The enumerator gives the split unasked.
        }

        @Override
        public InputStatus pollNext(ReaderOutput<RawRecord> output) {
            if (next == records.size()) {
                return InputStatus.END_OF_INPUT;
            }
            if (next < 0 || allowed == 0) {
                available = new CompletableFuture<>();
                return InputStatus.NOTHING_AVAILABLE;
            }
            output.collect(new RawRecord(new byte[] {'k'}, records.get(next), "events", 0, next));
            next++;
            allowed--;
            return InputStatus.MORE_AVAILABLE;
        }

        @Override
        public List<Place> snapshotState(long checkpoint) {
            // Only a checkpoint behind the last record that was allowed brings the next ones.
            if (allowed == 0 && allowedAtSnapshot == 0) {
                snapshot = checkpoint;
                allowedAtSnapshot = perCheckpoint;
            }
            return next < 0 ? List.of() : List.of(new Place(next));
        }

        @Override
        public void notifyCheckpointComplete(long checkpoint) {
            if (snapshot >= 0 && checkpoint >= snapshot) {
                allowed = allowedAtSnapshot;
                allowedAtSnapshot = 0;
                snapshot = -1;
                available.complete(null);
            }
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return available;
        }

        @Override
        public void addSplits(List<Place> splits) {
            next = splits.get(0).next();
            available.complete(null);
        }

        @Override
        public void notifyNoMoreSplits() {
            // There is one.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    private static final class Enumerator implements SplitEnumerator<Place, Boolean> {

        private final SplitEnumeratorContext<Place> context;
        private Place place;

        Enumerator(SplitEnumeratorContext<Place> context, Place place) {
            this.context = context;
            this.place = place;
        }

        @Override
        public void start() {
            // A reader that registers is given the split.
        }

        @Override
        public void handleSplitRequest(int subtask, String host) {
            // No reader asks.
        }

        @Override
        public void addSplitsBack(List<Place> splits, int subtask) {
            place = splits.isEmpty() ? place : splits.get(0);
        }

        @Override
        public void addReader(int subtask) {
            if (place != null) {
                Place given = place;
                place = null;
                context.assignSplit(given, subtask);
            }
        }

        @Override
        public Boolean snapshotState(long checkpoint) {
            return place == null;
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }
}

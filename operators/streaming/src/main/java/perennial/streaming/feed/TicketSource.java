package perennial.streaming.feed;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
import perennial.streaming.assign.LearnerKeys;

/**
 * Gives the learners their tickets, one in turn. Each subtask gives those of the learners whose keys are its own, so that nothing
 * has to be sent elsewhere and learners can be chained to the source. It has no state and no splits.
 */
public final class TicketSource implements Source<Ticket, TicketSource.NoSplit, Void> {

    private static final long serialVersionUID = 1L;

    /** Nothing is split: what a subtask gives follows from its number. */
    public static final class NoSplit implements SourceSplit {

        private NoSplit() {}

        @Override
        public String splitId() {
            return "";
        }
    }

    private final LinkedHashMap<String, Long> tickets;

    /** @param tickets how many tickets each learner gets, by name, in the order of the configuration */
    public TicketSource(Map<String, Long> tickets) {
        this.tickets = new LinkedHashMap<>(tickets);
    }

    @Override
    public Boundedness getBoundedness() {
        return Boundedness.BOUNDED;
    }

    @Override
    public SourceReader<Ticket, NoSplit> createReader(SourceReaderContext context) {
        LearnerKeys keys = LearnerKeys.of(List.copyOf(tickets.keySet()));
        List<Learner> own = new ArrayList<>();
        tickets.forEach((name, count) -> {
            if (keys.subtaskOf(name, context.currentParallelism()) == context.getIndexOfSubtask()) {
                own.add(new Learner(keys.of(name), name, count));
            }
        });
        return new Reader(own);
    }

    @Override
    public SplitEnumerator<NoSplit, Void> createEnumerator(SplitEnumeratorContext<NoSplit> context) {
        return new Enumerator();
    }

    @Override
    public SplitEnumerator<NoSplit, Void> restoreEnumerator(SplitEnumeratorContext<NoSplit> context, Void checkpoint) {
        return new Enumerator();
    }

    @Override
    public SimpleVersionedSerializer<NoSplit> getSplitSerializer() {
        return new Nothing<>();
    }

    @Override
    public SimpleVersionedSerializer<Void> getEnumeratorCheckpointSerializer() {
        return new Nothing<>();
    }

    private record Learner(Integer key, String name, long tickets) {}

    private static final class Reader implements SourceReader<Ticket, NoSplit> {

        private final List<Learner> learners;
        private final long last;
        private int turn;
        private long number;

        Reader(List<Learner> learners) {
            this.learners = learners;
            this.last = learners.stream().mapToLong(Learner::tickets).max().orElse(0);
        }

        @Override
        public void start() {
            // There is nothing to ask for.
        }

        @Override
        public InputStatus pollNext(ReaderOutput<Ticket> output) {
            while (number < last) {
                Learner learner = learners.get(turn);
                long its = number;
                if (++turn == learners.size()) {
                    turn = 0;
                    number++;
                }
                if (its < learner.tickets()) {
                    output.collect(new Ticket(learner.key(), learner.name(), its));
                    return InputStatus.MORE_AVAILABLE;
                }
            }
            return InputStatus.END_OF_INPUT;
        }

        @Override
        public List<NoSplit> snapshotState(long checkpointId) {
            return List.of();
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return CompletableFuture.completedFuture(null);
        }

        @Override
        public void addSplits(List<NoSplit> splits) {
            // There are none.
        }

        @Override
        public void notifyNoMoreSplits() {
            // There never were any.
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    private static final class Enumerator implements SplitEnumerator<NoSplit, Void> {

        @Override
        public void start() {
            // Readers know what to do.
        }

        @Override
        public void handleSplitRequest(int subtask, String host) {
            // No reader asks.
        }

        @Override
        public void addSplitsBack(List<NoSplit> splits, int subtask) {
            // There are none.
        }

        @Override
        public void addReader(int subtask) {
            // Readers know what to do.
        }

        @Override
        public Void snapshotState(long checkpointId) {
            return null;
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    /** Writes nothing, and reads nothing. */
    private static final class Nothing<T> implements SimpleVersionedSerializer<T> {

        @Override
        public int getVersion() {
            return 1;
        }

        @Override
        public byte[] serialize(T nothing) {
            return new byte[0];
        }

        @Override
        public T deserialize(int version, byte[] serialized) {
            return null;
        }
    }
}

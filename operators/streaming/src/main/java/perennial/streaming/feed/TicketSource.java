package perennial.streaming.feed;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.api.connector.source.Boundedness;
import org.apache.flink.api.connector.source.ReaderOutput;
import org.apache.flink.api.connector.source.Source;
import org.apache.flink.api.connector.source.SourceEvent;
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
 *
 * <p>A subtask that has given its last ticket waits for the others, and all end together. If each ended by itself, a checkpoint taken
 * while others go on could not be restored with another parallelism: Flink refuses a task of whose operators some had ended.
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
        return new Reader(own, context);
    }

    @Override
    public SplitEnumerator<NoSplit, Void> createEnumerator(SplitEnumeratorContext<NoSplit> context) {
        return new Enumerator(context);
    }

    @Override
    public SplitEnumerator<NoSplit, Void> restoreEnumerator(SplitEnumeratorContext<NoSplit> context, Void checkpoint) {
        return new Enumerator(context);
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

    /** A subtask's word that it has given all its tickets. */
    private record AllGiven() implements SourceEvent {
        private static final long serialVersionUID = 1L;
    }

    private static final class Reader implements SourceReader<Ticket, NoSplit> {

        private static final CompletableFuture<Void> AVAILABLE = CompletableFuture.completedFuture(null);

        private final List<Learner> learners;
        private final SourceReaderContext context;
        private final CompletableFuture<Void> othersAreDone = new CompletableFuture<>();
        private final long last;
        private int turn;
        private long number;
        private boolean waits;

        Reader(List<Learner> learners, SourceReaderContext context) {
            this.learners = learners;
            this.context = context;
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
            if (!waits) {
                waits = true;
                context.sendSourceEventToCoordinator(new AllGiven());
            }
            return othersAreDone.isDone() ? InputStatus.END_OF_INPUT : InputStatus.NOTHING_AVAILABLE;
        }

        @Override
        public List<NoSplit> snapshotState(long checkpointId) {
            return List.of();
        }

        @Override
        public CompletableFuture<Void> isAvailable() {
            return waits ? othersAreDone : AVAILABLE;
        }

        @Override
        public void addSplits(List<NoSplit> splits) {
            // There are none.
        }

        @Override
        public void notifyNoMoreSplits() {
            othersAreDone.complete(null);
        }

        @Override
        public void close() {
            // Nothing is open.
        }
    }

    private static final class Enumerator implements SplitEnumerator<NoSplit, Void> {

        private final SplitEnumeratorContext<NoSplit> context;
        private final Set<Integer> done = new HashSet<>();

        Enumerator(SplitEnumeratorContext<NoSplit> context) {
            this.context = context;
        }

        @Override
        public void start() {
            // Readers know what to do.
        }

        @Override
        public void handleSplitRequest(int subtask, String host) {
            // No reader asks.
        }

        @Override
        public void handleSourceEvent(int subtask, SourceEvent event) {
            done.add(subtask);
            if (done.size() == context.currentParallelism()) {
                context.registeredReaders().keySet().forEach(context::signalNoMoreSplits);
            }
        }

        @Override
        public void addSplitsBack(List<NoSplit> splits, int subtask) {
            // There are none.
        }

        @Override
        public void addReader(int subtask) {
            // A new attempt begins with its first ticket again.
            done.remove(subtask);
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

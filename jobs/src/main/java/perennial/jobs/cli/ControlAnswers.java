package perennial.jobs.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import perennial.jobs.Interrupts;
import perennial.jobs.UserException;
import perennial.jobs.config.Configuration;
import perennial.jobs.config.LearnerSection;
import perennial.jobs.kafka.TopicReader;
import perennial.jobs.kafka.TopicRecords;
import perennial.streaming.assign.Glob;
import perennial.v1.ControlAudit;
import perennial.v1.ControlCommand;
import perennial.v1.ControlOutcome;

/**
 * Waits on the metrics topic for what learners say of one command, and prints it. Where it is not known how many learners a name with
 * wildcards stands for, it ends when for some seconds no other has answered.
 */
final class ControlAnswers implements TopicReader.Sink {

    private static final long QUIET_NANOS = 3_000_000_000L;

    private final ControlCommand command;
    private final Runnable send;
    private final Set<String> expected;
    private final String topics;
    private final Duration timeout;
    private final Interrupts interrupts;
    private final PrintWriter out;
    private final TopicRecords records = new TopicRecords();
    private final Set<String> answered = new HashSet<>();
    private long sentAt;
    private long lastAt;
    private boolean isRefused;

    /** @param send sends the command, when it is settled from where on answers are read */
    ControlAnswers(
            ControlCommand command,
            Runnable send,
            Configuration configuration,
            Duration timeout,
            Interrupts interrupts,
            PrintWriter out) {
        this.command = command;
        this.send = send;
        this.timeout = timeout;
        this.interrupts = interrupts;
        this.out = out;
        this.topics = "control=" + configuration.topics().control() + " metrics="
                + configuration.topics().metrics();
        this.expected = configuration.learners().stream()
                .map(LearnerSection::name)
                .filter(name -> Glob.matches(command.getLearner(), name))
                .collect(Collectors.toCollection(HashSet::new));
        boolean hasWildcards = command.getLearner().matches(".*[*?].*");
        if (expected.isEmpty() && !hasWildcards) {
            expected.add(command.getLearner());
        }
    }

    @Override
    public void begun() {
        send.run();
        sentAt = System.nanoTime();
    }

    @Override
    public boolean take(ConsumerRecord<byte[], byte[]> record) {
        SpecificRecord decoded;
        try {
            decoded = records.decode(record);
        } catch (IllegalArgumentException notOurs) {
            return true;
        }
        if (decoded instanceof ControlAudit audit
                && audit.getCommand().equals(command.getId())
                && answered.add(audit.getLearner())) {
            lastAt = System.nanoTime();
            isRefused |= audit.getOutcome() == ControlOutcome.REFUSED;
            out.println(sentence(audit));
            out.flush();
        }
        return !isComplete();
    }

    private boolean isComplete() {
        return !expected.isEmpty() && answered.containsAll(expected);
    }

    @Override
    public boolean paused() {
        long now = System.nanoTime();
        boolean isQuiet = expected.isEmpty() && !answered.isEmpty() && now - lastAt > QUIET_NANOS;
        return !isQuiet && now - sentAt < timeout.toNanos() && !interrupts.interrupted();
    }

    /**
     * Says what is still to be said.
     *
     * @throws UserException if a learner refused the command, or nobody answered
     */
    void conclude() {
        if (isRefused) {
            throw UserException.failed("not every learner carried the command out: id=" + command.getId());
        }
        if (answered.isEmpty()) {
            throw UserException.failed("no learner has answered: id=" + command.getId() + " learner="
                    + command.getLearner() + " " + topics + " waitedSeconds=" + timeout.toSeconds()
                    + "; the command stays on its topic: check that the job runs, that it uses these topics, and that its"
                    + " checkpoints succeed, and look for the answer with perennial metrics tail --from-beginning");
        }
    }

    /** What became of a command, for people. */
    static String sentence(ControlAudit audit) {
        String place =
                switch (audit.getOutcome()) {
                    case APPLIED -> " applied after update " + audit.getUpdate();
                    case SCHEDULED -> " accepted at update " + audit.getUpdate();
                    case REFUSED -> " refused at update " + audit.getUpdate();
                    case SUPERSEDED -> " superseded at update " + audit.getUpdate();
                    case OTHER -> " has an outcome of a newer version at update " + audit.getUpdate();
                };
        String note = audit.getNote().isEmpty() ? "" : " (" + audit.getNote() + ")";
        String sentence = audit.getLearner() + ": " + audit.getAction() + place + ": " + audit.getDetail() + note;
        // Names and notes are somebody else's text; a newline or an escape would say what nobody did.
        return sentence.replaceAll("\\p{Cntrl}", " ");
    }
}

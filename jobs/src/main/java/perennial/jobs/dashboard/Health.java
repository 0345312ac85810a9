package perennial.jobs.dashboard;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import perennial.v1.DeadLetter;

/**
 * How it stands with what surrounds the learners, at one moment.
 *
 * @param number of this among all, so that a newer one is known
 * @param nowMs the moment, in milliseconds since 1970
 * @param trouble why Kafka cannot be asked or the metrics cannot be read, in a sentence; empty where they can
 * @param missing what alone cannot be shown, and why
 * @param lag events that the job had not read at its last checkpoint; empty where it has committed none
 * @param deadLetters records that could not be used
 * @param newestDeadLetters the newest of them, without keys and values
 * @param policies the newest policy of each learner that publishes any
 * @param alerts those that are raised, the newest first, and then those that were cleared last
 * @param alertsTold alerts read from their topic
 * @param checkpoint how old the newest checkpoint is
 * @param records records read from the metrics topic
 * @param unreadable how many of them could not be read
 * @param unreadableExample what was wrong with the newest of those; empty where there is none
 * @param leftOut values that the page's memory has no room for
 */
record Health(
        long number,
        long nowMs,
        String trouble,
        Missing missing,
        OptionalLong lag,
        long deadLetters,
        List<DeadLetter> newestDeadLetters,
        Map<String, PolicyAges.Policy> policies,
        List<Alerts.Alert> alerts,
        long alertsTold,
        Checkpoint checkpoint,
        long records,
        long unreadable,
        String unreadableExample,
        long leftOut) {

    /**
     * Why something cannot be shown though Kafka answers, in sentences; each is empty where it can.
     *
     * @param lag why the lag is not known
     * @param deadLetters why dead letters are not read
     * @param policies why policies are not read
     */
    record Missing(String lag, String deadLetters, String policies) {

        /** Nothing is, or nobody has looked yet. */
        static final Missing NOTHING = new Missing("", "", "");
    }

    /**
     * The newest checkpoint.
     *
     * @param known whether there is anybody to ask
     * @param completedMs when it was completed, in milliseconds since 1970; empty where there is none
     * @param trouble why that is not known, in words; empty where it is
     */
    record Checkpoint(boolean known, Optional<Long> completedMs, String trouble) {}
}

package perennial.jobs.kafka;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import perennial.schemas.JsonRecords;
import perennial.v1.AlertState;
import perennial.v1.DeadLetter;
import perennial.v1.DeadLetterReason;
import perennial.v1.Event;
import perennial.v1.PlasticityAlert;
import perennial.v1.PlasticityReport;
import perennial.v1.TaskSummary;

/** Records for tests. */
public final class Samples {

    private Samples() {}

    public static Event example(String stream, long sequence, int label) {
        return JsonRecords.parseEvent(("{\"type\":\"example\",\"stream\":\"" + stream + "\",\"sequence\":" + sequence
                        + ",\"features\":[0.5,1.0],\"label\":" + label + "}")
                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    /** {@code count} examples of one stream, with a label reset in the middle. */
    public static List<Event> stream(String stream, int count) {
        List<Event> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(
                    i == count / 2
                            ? JsonRecords.parseEvent(("{\"type\":\"labelReset\",\"stream\":\"" + stream
                                            + "\",\"sequence\":" + i + ",\"task\":1}")
                                    .getBytes(java.nio.charset.StandardCharsets.UTF_8))
                            : example(stream, i, i % 10));
        }
        return events;
    }

    public static PlasticityReport report(String learner, long update, double loss) {
        PlasticityReport report = (PlasticityReport)
                JsonRecords.parse(
                        "{\"type\":\"report\",\"learner\":\"\","
                                + "\"stream\":\"s\",\"variant\":\"nap\",\"update\":" + update
                                + ",\"task\":2,\"updateInTask\":1,\"recordsSeen\":128,\"position\":127,\"status\":\"trained\",\"loss\":"
                                + loss
                                + ",\"onlineAccuracy\":0.25,\"parameterNorm\":12.5,\"effectiveLearningRate\":0.001,\"deadUnits\":0.125,"
                                + "\"layers\":[{\"layer\":\"hidden.0\",\"parameterNorm\":3.5},{\"layer\":\"output\",\"deadUnits\":0.5}]}");
        report.setLearner(learner);
        return report;
    }

    public static TaskSummary summary(String learner, int task, double accuracy) {
        return (TaskSummary) JsonRecords.parse("{\"type\":\"taskSummary\",\"learner\":\"" + learner
                + "\",\"stream\":\"s\",\"variant\":\"nap\",\"task\":" + task
                + ",\"updates\":10,\"records\":1280,\"position\":1279,\"averageOnlineAccuracy\":" + accuracy
                + ",\"totalUpdates\":30}");
    }

    public static PlasticityAlert alert(String learner, AlertState state) {
        return PlasticityAlert.newBuilder()
                .setLearner(learner)
                .setRule("dead-units")
                .setState(state)
                .setStream("s")
                .setUpdate(1500)
                .setTask(3)
                .setValue(0.625)
                .setLimit(0.5)
                .setMessage(learner + ": dead-units: many")
                .build();
    }

    public static DeadLetter deadLetter(long offset, String error) {
        return DeadLetter.newBuilder()
                .setValue(ByteBuffer.wrap(new byte[] {1, 2, 3}))
                .setKey(ByteBuffer.wrap(new byte[] {4}))
                .setTopic("events")
                .setPartition(2)
                .setOffset(offset)
                .setHeaders(List.of())
                .setReason(DeadLetterReason.UNDECODABLE)
                .setError(error)
                .build();
    }
}

package perennial.jobs.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;
import perennial.schemas.JsonRecords;
import perennial.schemas.RecordCodec;
import perennial.v1.AlertState;
import perennial.v1.PlasticityAlert;

class AlertsTest {

    private final Alerts alerts = new Alerts();
    private long clock = 1000;

    @Test
    void shouldHoldWhatIsRaisedUntilItIsCleared() {
        add("none", "dead-units", AlertState.RAISED, 100, 0.5);
        add("nap", "dead-units", AlertState.RAISED, 200, 0.6);
        assertThat(alerts.all())
                .extracting(alert -> alert.newest().getLearner())
                .containsExactly("nap", "none");

        add("none", "dead-units", AlertState.CLEARED, 300, 0.1);

        assertThat(alerts.all())
                .extracting(alert -> alert.newest().getLearner())
                .containsExactly("nap", "none");
        Alerts.Alert cleared = alerts.all().get(1);
        assertThat(cleared.sinceUpdate()).isEqualTo(100);
        assertThat(cleared.raisedMs()).isEqualTo(1001);
        assertThat(cleared.clearedMs()).isEqualTo(1003);
        assertThat(cleared.newest().getUpdate()).isEqualTo(300);
        assertThat(alerts.told()).isEqualTo(3);
    }

    @Test
    void shouldTakeAnAlertThatIsRaisedAgainForTheSame() {
        add("none", "dead-units", AlertState.RAISED, 100, 0.5);
        add("none", "dead-units", AlertState.RAISED, 150, 0.7);

        assertThat(alerts.all()).singleElement().satisfies(alert -> {
            assertThat(alert.sinceUpdate()).isEqualTo(100);
            assertThat(alert.raisedMs()).isEqualTo(1001);
            assertThat(alert.newest().getValue()).isEqualTo(0.7);
        });
    }

    @Test
    void shouldHoldRulesApartAndPassOverWhatItDoesNotKnow() {
        add("none", "dead-units", AlertState.RAISED, 100, 0.5);
        add("none", "no-updates", AlertState.RAISED, 100, null);
        add("none", "dead-units", AlertState.OTHER, 100, 0.5);
        add("none", "never-raised", AlertState.CLEARED, 100, 0.5);
        take("broken".getBytes(StandardCharsets.UTF_8));
        take(null);

        assertThat(alerts.all())
                .extracting(alert -> alert.newest().getRule())
                .containsExactly("no-updates", "dead-units");
    }

    @Test
    void shouldKeepTheLastThatWereClearedOnly() {
        for (int i = 0; i < 9; i++) {
            add("l" + i, "r", AlertState.RAISED, i, null);
            add("l" + i, "r", AlertState.CLEARED, i, null);
        }

        assertThat(alerts.all())
                .extracting(alert -> alert.newest().getLearner())
                .containsExactly("l8", "l7", "l6", "l5", "l4");
    }

    @Test
    void shouldReadAlertsAsJsonTooAndCutLongMessages() {
        PlasticityAlert alert = alert("none", "r", AlertState.RAISED, 1, null);
        alert.setMessage("x".repeat(1000));
        take(JsonRecords.toJsonBytes(alert));

        assertThat(alerts.all().get(0).newest().getMessage()).hasSize(304);
    }

    private void add(String learner, String rule, AlertState state, long update, Double value) {
        take(new RecordCodec().encode(alert(learner, rule, state, update, value)));
    }

    private static PlasticityAlert alert(String learner, String rule, AlertState state, long update, Double value) {
        return PlasticityAlert.newBuilder()
                .setLearner(learner)
                .setRule(rule)
                .setState(state)
                .setUpdate(update)
                .setValue(value)
                .build();
    }

    private void take(byte[] value) {
        alerts.add(new ConsumerRecord<>(
                "alerts",
                0,
                0,
                ++clock,
                TimestampType.CREATE_TIME,
                0,
                0,
                null,
                value,
                new RecordHeaders(),
                Optional.empty()));
    }
}

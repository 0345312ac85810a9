package perennial.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.v1.ControlCommand;
import perennial.v1.Pause;
import perennial.v1.ScheduleKind;
import perennial.v1.SetSchedule;

/** Lines are written with ' for ", for the eye. */
class CommandDecoderTest {

    private final CommandDecoder decoder = new CommandDecoder();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'setRate','id':'a','learner':'nap','note':'','learningRate':3.0E-4}",
                "{'type':'setSchedule','id':'a','learner':'nap','atUpdate':7,'note':'','schedule':'linear','endLearningRate':1.0E-6,'updates':10,'initialLearningRate':1.0E-8,'warmUpUpdates':0,'restartOnReset':false}",
                "{'type':'pause','id':'a','learner':'*','note':'why'}",
                "{'type':'resume','id':'a','learner':'nap','note':''}",
                "{'type':'takeSnapshot','id':'a','learner':'nap','note':''}",
                "{'type':'rollBack','id':'a','learner':'nap','note':'','toUpdate':5}",
                "{'type':'retire','id':'a','learner':'nap','note':''}",
            })
    void shouldWriteTheVeryLineItReadAndReadItsOwnAvro(String line) {
        ControlCommand command = decode(line);

        assertThat(JsonRecords.toJson(command)).isEqualTo(line.replace('\'', '"'));
        assertThat(decoder.decode(new RecordCodec().encode(command))).isEqualTo(command);
    }

    @Test
    void shouldGiveDefaultsToWhatIsLeftOut() {
        assertThat(decode("{'learner':'nap','id':'a','type':'pause'}"))
                .isEqualTo(new ControlCommand("a", "nap", null, "", new Pause()));
        assertThat(decode("{'updates':9,'learner':'nap','id':'a','type':'setSchedule','schedule':'linear'}"))
                .isEqualTo(new ControlCommand(
                        "a", "nap", null, "", new SetSchedule(ScheduleKind.LINEAR, null, 1e-6, 9L, 1e-8, 0L, false)));
    }

    @Test
    void shouldNameWhatIsAskedFor() {
        assertThat(CommandDecoder.action(decode("{'learner':'nap','id':'a','type':'takeSnapshot'}")))
                .isEqualTo("takeSnapshot");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type':'pause','id':'a'} | a key is missing: key=learner",
                "{'type':'setRate','id':'a','learner':'b'} | a key is missing: key=learningRate record=SetRate",
                "{'type':'setRate','id':'a','learner':'b','learningRate':'fast'} | learningRate must be a number",
                "{'type':'pause','id':'a','learner':'b','learningRate':1} | key=learningRate type=pause known=[type, id, learner, atUpdate, note]",
                "{'type':'pause','id':'a','id':'a','learner':'b'} | a key must be there once: key=id",
                "{'type':'pause','id':' ','learner':'b'} | a command's id must have 1 to 200 characters",
                "{'type':'stop','id':'a','learner':'b'} | type must be one that is known: type=stop",
                "{'type':'labelReset','stream':'s','sequence':2,'task':1} | a command is needed: record=perennial.v1.Event",
                "pause | a command must begin with C3 01 (Avro) or with { (JSON)",
            })
    void shouldRefuseWhatIsNoCommand(String line, String reason) {
        assertThatThrownBy(() -> decode(line))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessageContaining(reason.strip());
    }

    /** A note of a megabyte would not fit on the topic of the audit that repeats it. */
    @Test
    void shouldRefuseTextsThatAreTooLong() {
        String line = "{'type':'pause','id':'%s','learner':'%s','note':'%s'}";
        assertThat(decode(line.formatted("i".repeat(200), "l".repeat(1000), "n".repeat(2000)))
                        .getNote())
                .hasSize(2000);

        for (String tooLong : List.of(
                line.formatted("i".repeat(201), "l", "n"),
                line.formatted("i", "l".repeat(1001), "n"),
                line.formatted("i", "l", "n".repeat(2001)))) {
            assertThatThrownBy(() -> decode(tooLong))
                    .isInstanceOf(UndecodableRecordException.class)
                    .hasMessageMatching("(a|what a) command.* must have .* characters: length=\\d+");
        }
    }

    private ControlCommand decode(String line) {
        return decoder.decode(line.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }
}

package perennial.schemas;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.avro.generic.PrimitivesArrays.FloatArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import perennial.v1.EpisodeEnd;
import perennial.v1.Event;
import perennial.v1.LabelReset;
import perennial.v1.LabelResetKind;
import perennial.v1.LabelledExample;
import perennial.v1.LearnerProgress;
import perennial.v1.Prediction;
import perennial.v1.Transition;

/** Lines are written with ' for ", for the eye. */
class JsonRecordsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'example','stream':'s','sequence':0,'features':[0.5,1.0E10],'label':3}",
                "{'type':'example','stream':'s','sequence':1,'featuresBase64':'AAH/','label':[0.25]}",
                "{'type':'labelReset','stream':'s','sequence':2,'task':1,'kind':'labelsRedrawn'}",
                "{'type':'transition','stream':'s','actor':0,'sequence':0,'episode':0,'observation':[1.0],'action':2,'reward':0.0,'terminal':false,'truncated':false}",
                "{'type':'episodeEnd','stream':'s','actor':0,'sequence':1,'episode':0,'return':1.0,'length':1}",
            })
    void shouldWriteTheVeryLineItRead(String line) {
        assertThat(JsonRecords.eventLine(event(line))).asString().isEqualTo(line.replace('\'', '"'));
    }

    @Test
    void shouldReadIntegersAsFloats() {
        Event event = event("{'type':'example','stream':'s','sequence':0,'features':[0,255,-1],'label':3}");

        LabelledExample example = (LabelledExample) event.getBody();

        assertThat(example.getFeatures()).isInstanceOf(FloatArray.class).isEqualTo(List.of(0f, 255f, -1f));
        assertThat(example.getLabel()).isEqualTo(3);
    }

    @Test
    void shouldReadBytesFromBase64() {
        Event event = event("{'type':'transition','stream':'s','sequence':0,'observationBase64':'AP8=','action':1,"
                + "'reward':1,'nextObservationBase64':'AQ=='}");

        assertThat(event.getBody()).isEqualTo(new Transition(bytes(0, 255), 1, 1f, false, false, 0L, bytes(1)));
    }

    @Test
    void shouldReadKeysInAnyOrderAndGiveDefaults() {
        Event event = event(" { 'task' : 1 , 'sequence':9,'stream':'\\u00e4' , 'type':'labelReset' } \r");

        assertThat(event).isEqualTo(new Event("\u00e4", 9L, 0, 0L, new LabelReset(1, LabelResetKind.OTHER, "")));
    }

    @Test
    void shouldReadActorAndTimeWhereGiven() {
        Event event = event("{'type':'episodeEnd','stream':'s','sequence':9,'actor':3,'eventTime':77,'episode':2,"
                + "'return':-1.5,'length':20}");

        assertThat(event).isEqualTo(new Event("s", 9L, 3, 77L, new EpisodeEnd(2L, -1.5, 20L)));
    }

    @Test
    void shouldTakeNullForNoNextObservation() {
        Event event = event("{'type':'transition','stream':'s','sequence':0,'observation':[1],'action':1,'reward':1,"
                + "'nextObservation':null}");

        assertThat(((Transition) event.getBody()).getNextObservation()).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[NaN,Infinity,-Infinity]", "['NaN','Infinity','-Infinity']", "[NaN,1e39,-1e39]"})
    void shouldReadNumbersThatAreNotFinite(String features) {
        Event event = event("{'type':'example','stream':'s','sequence':0,'features':" + features + ",'label':3}");

        assertThat(((LabelledExample) event.getBody()).getFeatures())
                .isEqualTo(List.of(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY));
    }

    @Test
    void shouldReadFloatsWithoutRoundingThemTwice() {
        // Just above the middle of two floats: through a double it would become the middle, and then the even one.
        Event event = event(
                "{'type':'example','stream':'s','sequence':0,'features':[1.00000017881393432617187500001],'label':3}");

        assertThat(((LabelledExample) event.getBody()).getFeatures()).isEqualTo(List.of(1.00000023841858f));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type':'example','stream':'s','sequence':0,'features':[1],'labell':3} | key=labell ",
                "{'type':'example','stream':'s','sequence':0,'features':[1],'label':3,'task':1} | key=task type=example known=[type, stream, sequence, actor, eventTime, features, featuresBase64, label]",
                "{'type':'example','stream':'s','sequence':0,'features':[1]} | a key is missing: key=label type=example",
                "{'type':'example','stream':'s','sequence':0,'label':3} | a key is missing: key=features",
                "{'type':'example','sequence':0,'features':[1],'label':3} | a key is missing: key=stream",
                "{'type':'example','stream':'s','features':[1],'label':3} | a key is missing: key=sequence",
                "{'stream':'s','sequence':0,'features':[1],'label':3} | an event must have the key type",
                "{'type':'reset','stream':'s','sequence':0} | type must be the type of an event",
                "{'type':'example','stream':'s','stream':'s','sequence':0} | a key must be there once: key=stream",
                "{'type':'example','stream':'s','sequence':0,'features':[1],'featuresBase64':'AA==','label':3} | only one of two keys can be there: keys=features, featuresBase64",
                "{'type':'example','stream':7} | stream must be a string: found=7",
                "{'type':'example','stream':'\\ud800'} | stream must be a string of whole Unicode characters",
                "{'type':'example','sequence':1.5} | sequence must be an integer from -9223372036854775808 to 9223372036854775807: found=1.5",
                "{'type':'example','sequence':99999999999999999999} | sequence must be an integer",
                "{'type':'example','actor':2147483648} | actor must be an integer from -2147483648 to 2147483647: found=2147483648",
                "{'type':'example','features':[1,2,'x']} | features[2] must be a number: found=\"x\"",
                "{'type':'example','features':[1,[2]]} | must be a number: found=an array",
                "{'type':'example','features':7} | features must be an array of numbers: found=7",
                "{'type':'example','features':null} | features must be an array of numbers: found=null",
                "{'type':'example','featuresBase64':'?'} | featuresBase64 must be a string of base64",
                "{'type':'example','featuresBase64':[1]} | featuresBase64 must be a string of base64",
                "{'type':'example','label':1.5} | label must be the integer of a class or an array of target values: found=1.5",
                "{'type':'example','label':{}} | found=an object",
                "{'type':'labelReset','kind':'redrawn'} | kind must be one of [labelsRedrawn, classesPermuted, pixelsPermuted, environmentChanged, other]: found=\"redrawn\"",
                "{'type':'transition','terminal':1} | terminal must be true or false: found=1",
                "{'type':'transition','reward':'high'} | reward must be a number: found=\"high\"",
                "{'type':'example' | well-formed JSON",
                "{'type':'example',} | well-formed JSON",
                "[1] | a record must be a JSON object: found=an array",
                "7 | a record must be a JSON object: found=7",
                "{'type':'labelReset','stream':'s','sequence':0,'task':1} {} | one JSON object and nothing after it",
            })
    void shouldSayWhichKeyIsWrong(String line, String message) {
        assertThatThrownBy(() -> event(line))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessageContaining(message);
    }

    @Test
    void shouldRefuseALineOfNothing() {
        assertThatThrownBy(() -> event("  "))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessageContaining("found=nothing");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type':'progress','learner':'l','stream':'s','update':1} | a key is missing: key=trainedThrough record=LearnerProgress",
                "{'type':'progress','learner':'l','speed':1} | key=speed record=LearnerProgress known=[learner, stream, update, trainedThrough]",
                "{'type':'progress','trainedThrough':[{'stream':'s','actor':1,'sequence':2,'type':'x'}]} | key=trainedThrough[0].type record=ActorPosition",
                "{'type':'progress','trainedThrough':[{'stream':'s','actor':1}]} | a key is missing: key=sequence record=ActorPosition",
                "{'type':'progress','trainedThrough':[{'stream':'s','actor':true}]} | trainedThrough[0].actor must be an integer",
                "{'type':'progress','trainedThrough':[7]} | trainedThrough[0] must be an object: found=7",
                "{'type':'progress','trainedThrough':{}} | trainedThrough must be an array",
                "{'type':'progress','type':'report'} | a key must be there once: key=type",
                "{'type':'progress','update':1,'update':2} | a key must be there once: key=update",
                "{'type':'deadLetter','reason':'tooWet'} | reason must be one of [undecodable, wrongSize, ",
                "{'type':'prediction','probability':'x'} | probability must be a number",
                "{'type':'weather'} | type must be one that is known: type=weather known=[alert, controlAudit, deadLetter, episodeEnd, example, labelReset, pause, policy, prediction, progress, report, resume, retire, rollBack, setRate, setSchedule, takeSnapshot, taskSummary, transition]",
                "{'learner':'l'} | a record must have the key type",
                "{'learner':'l' | well-formed JSON",
                "[] | a record must be a JSON object",
            })
    void shouldSayWhichKeyOfAnyRecordIsWrong(String json, String message) {
        assertThatThrownBy(() -> JsonRecords.parse(json.replace('\'', '"')))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessageContaining(message);
    }

    @Test
    void shouldGiveDefaultsToFieldsLeftOut() {
        Object read = JsonRecords.parse("{\"learner\":\"l\",\"stream\":\"s\",\"sequence\":3,\"type\":\"prediction\"}");

        assertThat(read).isEqualTo(new Prediction("l", "s", 0, 3L, null, null, null, 0L));
    }

    @Test
    void shouldWriteNumbersWithTheFewestDigits() {
        // JDKs before 19 write the first two as 3.35828091E10 and -8.3408358E9.
        String json = JsonRecords.toJson(
                new Event("s", 0L, 0, 0L, new LabelledExample(List.of(3.358281e10f, -8.340836e9f, 0.1f, 1e-45f), 1)));

        assertThat(json).contains("[3.358281E10,-8.340836E9,0.1,1.4E-45]");
    }

    @Test
    void shouldWriteNumbersThatAreNotFiniteAsStrings() {
        String json = JsonRecords.toJson(
                new Event("s", 0L, 0, 0L, new LabelledExample(List.of(Float.NaN, Float.NEGATIVE_INFINITY), 1)));

        assertThat(json).contains("[\"NaN\",\"-Infinity\"]");
    }

    @Test
    void shouldWriteBytesThatAreNoWholeArray() {
        ByteBuffer slice = ByteBuffer.wrap(new byte[] {9, 1, 2, 9}, 1, 2).slice();
        ByteBuffer direct =
                ByteBuffer.allocateDirect(2).put((byte) 1).put((byte) 2).flip();

        String ofSlice = JsonRecords.toJson(new Event("s", 0L, 0, 0L, new LabelledExample(slice, 1)));
        String ofDirect = JsonRecords.toJson(new Event("s", 0L, 0, 0L, new LabelledExample(direct, 1)));

        assertThat(ofSlice).contains("\"featuresBase64\":\"AQI=\"").isEqualTo(ofDirect);
        assertThat(direct.remaining()).isEqualTo(2);
    }

    @Test
    void shouldNotWriteARecordThatDoesNotFitItsSchema() {
        assertThatThrownBy(() -> JsonRecords.toJson(new Event("s", 0L, 0, 0L, "body")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a record must fit its schema: record=perennial.v1.Event");
        assertThatThrownBy(() -> JsonRecords.toJson(new LearnerProgress("l", null, 1L, List.of())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("a record must fit its schema: record=perennial.v1.LearnerProgress");
        assertThatThrownBy(() -> JsonRecords.toJson(new LabelReset(1, LabelResetKind.OTHER, "")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("record=perennial.v1.LabelReset");
    }

    @Test
    void shouldReadEitherFormOfAnEvent() {
        EventDecoder decoder = new EventDecoder();
        Event event = new Event("s", 0L, 0, 0L, new LabelReset(1, LabelResetKind.OTHER, ""));
        byte[] line = JsonRecords.eventLine(event);
        byte[] marked = new byte[line.length + 4];
        System.arraycopy(new byte[] {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF, ' '}, 0, marked, 0, 4);
        System.arraycopy(line, 0, marked, 4, line.length);

        assertThat(decoder.decode(new RecordCodec().encode(event))).isEqualTo(event);
        assertThat(decoder.decode(line)).isEqualTo(event);
        assertThat(decoder.decode(marked)).isEqualTo(event);
        assertThatThrownBy(() -> decoder.decode(new byte[] {'x', 0}))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessage("an event must begin with C3 01 (Avro) or with { (JSON): length=2 first bytes=78 00");
    }

    private static Event event(String line) {
        return JsonRecords.parseEvent(line.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    }

    private static ByteBuffer bytes(int... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length);
        for (int value : values) {
            bytes.put((byte) value);
        }
        return bytes.flip();
    }
}

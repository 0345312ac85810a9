package perennial.jobs.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import perennial.schemas.JsonRecords;

class EventFaultsTest {

    @Test
    void shouldFindNothingWrongWithGoodEvents() {
        assertThat(Samples.stream("s", 8))
                .allSatisfy(event -> assertThat(EventFaults.find(event)).isEmpty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            value = {
                "{'type':'example','stream':'s','sequence':0,'features':[0.5,'NaN'],'label':1} | features[1]=NaN",
                "{'type':'example','stream':'s','sequence':0,'features':[],'label':1} | features must not be empty",
                "{'type':'example','stream':'s','sequence':0,'features':[1],'label':-1} | label=-1",
                "{'type':'example','stream':'s','sequence':0,'features':[1],'label':['Infinity']} | label[0]=Infinity",
                "{'type':'example','stream':'','sequence':0,'features':[1],'label':1} | stream must not be empty",
                "{'type':'example','stream':'s','sequence':-5,'features':[1],'label':1} | sequence=-5",
                "{'type':'labelReset','stream':'s','sequence':0,'task':-1} | task=-1",
                "{'type':'transition','stream':'s','sequence':0,'observation':[1],'action':-2,'reward':0} | action=-2",
                "{'type':'transition','stream':'s','sequence':0,'observation':[1],'action':0,'reward':'NaN'} | reward=NaN",
                "{'type':'transition','stream':'s','sequence':0,'observation':[1],'action':0,'reward':0,'terminal':true}"
                        + " | nextObservation"
            })
    void shouldSayWhatNoLearnerWouldTake(String json, String fault) {
        byte[] line = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);

        assertThat(EventFaults.find(JsonRecords.parseEvent(line)))
                .hasValueSatisfying(found -> assertThat(found).contains(fault));
    }
}

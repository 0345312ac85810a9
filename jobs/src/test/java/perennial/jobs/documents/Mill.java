package perennial.jobs.documents;

/** The mill of the guide to one's own data, whose files several pages use. */
final class Mill {

    static final String FOLDER = "docs/examples/your-own-data/";

    private Mill() {}

    /** Publishes a month of it as a stream, in a way that the guide has. */
    static void publish(Walkthrough reader, String stream, String month) throws Exception {
        reader.provoke("awk -v stream=" + stream + " -f " + FOLDER + "events.awk " + FOLDER + month
                + ".csv | ./perennial publish --events - -b localhost:9092");
    }
}

package perennial.environment.kafka;

/** Says that a record was not written, and in its cause why. */
final class PublicationException extends Exception {

    private static final long serialVersionUID = 1L;

    PublicationException(Exception cause) {
        super(cause);
    }
}

package io.spdytunnel.front;

/** One visitor's connection, whatever is spoken on it, as the server sees it. Any thread may call. */
interface VisitorConnection {

    /** Ends once what is running has been answered; at once if nothing is. */
    void drain();

    /** Ends now. */
    void cut();
}

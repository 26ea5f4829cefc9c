/** The driver of serial ports, in a module that is loaded when a port is wanted: most verbs have none. */

export { SerialPort } from 'serialport';
